/**
 * The Porter stemmer, as FTS5's tokenizer `porter` has it: two words with one stem match each other. Marks need it to
 * show in a page what the index found; a test compares it with the index itself.
 */
export function stem(word: string): string {
  if (word.length < 3 || !/^[a-z]+$/.test(word)) return word
  let stemmed = dropPastOrGerund(dropPlural(word))
  if (stemmed.endsWith('y') && hasVowel(stemmed.slice(0, -1))) stemmed = `${stemmed.slice(0, -1)}i`
  stemmed = replaceSuffix(stemmed, compound, (base) => measure(base) > 0)
  stemmed = replaceSuffix(stemmed, derived, (base) => measure(base) > 0)
  stemmed = replaceSuffix(stemmed, remaining, (base, suffix) => {
    return measure(base) > 1 && (suffix !== 'ion' || /[st]$/.test(base))
  })
  return dropFinal(stemmed)
}

function dropPlural(word: string): string {
  if (/(?:ss|i)es$/.test(word)) return word.slice(0, -2)
  return /[^s]s$/.test(word) ? word.slice(0, -1) : word
}

function dropPastOrGerund(word: string): string {
  if (word.endsWith('eed')) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word
  const base = /^(.+)(?:ed|ing)$/.exec(word)?.[1]
  if (base === undefined || !hasVowel(base)) return word
  if (/(?:at|bl|iz)$/.test(base)) return `${base}e`
  if (endsWithDouble(base) && !/[lsz]$/.test(base)) return base.slice(0, -1)
  return measure(base) === 1 && endsLikeHop(base) ? `${base}e` : base
}

function dropFinal(word: string): string {
  let kept = word
  if (kept.endsWith('e')) {
    const base = kept.slice(0, -1)
    if (measure(base) > 1 || (measure(base) === 1 && !endsLikeHop(base))) kept = base
  }
  return kept.endsWith('ll') && measure(kept) > 1 ? kept.slice(0, -1) : kept
}

type Suffixes = readonly (readonly [suffix: string, replacement: string])[]

const pairs = (text: string): Suffixes => text.split(' ').map((pair) => pair.split(':') as [string, string])

const compound = pairs(
  'ational:ate tional:tion enci:ence anci:ance izer:ize logi:log bli:ble alli:al entli:ent eli:e ousli:ous ' +
    'ization:ize ation:ate ator:ate alism:al iveness:ive fulness:ful ousness:ous aliti:al iviti:ive biliti:ble',
)

const derived = pairs('icate:ic ative: alize:al iciti:ic ical:ic ful: ness:')

const remaining = pairs(
  'al: ance: ence: er: ic: able: ible: ant: ement: ment: ent: ion: ou: ism: ate: iti: ous: ive: ize:',
)

/** Only the first suffix that fits is looked at, whether or not it may go. */
function replaceSuffix(word: string, suffixes: Suffixes, mayGo: (base: string, suffix: string) => boolean): string {
  for (const [suffix, replacement] of suffixes) {
    if (!word.endsWith(suffix)) continue
    const base = word.slice(0, -suffix.length)
    return mayGo(base, suffix) ? base + replacement : word
  }
  return word
}

/** How many times a vowel is followed by a consonant. */
function measure(word: string): number {
  return (kinds(word).match(/vc/g) ?? []).length
}

function hasVowel(word: string): boolean {
  return kinds(word).includes('v')
}

function endsWithDouble(word: string): boolean {
  return /([^aeiou])\1$/.test(word) && kinds(word).endsWith('c')
}

/** Consonant, vowel, consonant, as in `hop`: such a stem had an e. */
function endsLikeHop(word: string): boolean {
  return /(?:^|.)cvc$/.test(kinds(word)) && !/[wxy]$/.test(word)
}

/** `v` for each vowel and `c` for each consonant; y is a vowel after a consonant. */
function kinds(word: string): string {
  let kinds = ''
  for (const letter of word) {
    const isVowel = 'aeiou'.includes(letter) || (letter === 'y' && kinds.endsWith('c'))
    kinds += isVowel ? 'v' : 'c'
  }
  return kinds
}
