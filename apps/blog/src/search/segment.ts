/** Writing that puts no spaces between its words, as a class of characters. */
export const unspacedScripts = `[${[
  '\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Hang}',
  '\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Mymr}',
].join('')}]`

const unspaced = new RegExp(`${unspacedScripts}+`, 'gu')

const unspacedLetter = /[\p{L}\p{N}]\p{M}*/gu

/**
 * Not shown, and no part of a word: it splits words for the tokenizer and for nobody else. Of such characters it is one
 * that V8 finds soon: it looks for the greater byte of the two, and that of U+200B is a space's.
 */
const divider = '\u2060'

/** Divides what is written without spaces into single characters, because FTS5 would take each run for one word. */
export function segment(text: string): string {
  return unify(text).replace(unspaced, (run) => divider + run.replace(unspacedLetter, `$&${divider}`))
}

/** What the reader wrote or the author published, without the dividers. */
export function unsegment(text: string): string {
  return text.includes(divider) ? text.replaceAll(divider, '') : text
}

/** One spelling for what looks the same: composed accents, and Latin and kana in their usual widths. */
export function unify(text: string): string {
  return text.normalize('NFC').replace(/[\uff01-\uff9f]+/g, (run) => run.normalize('NFKC'))
}

/** Accents can be written in two ways and searched for without them; a capital I with a dot is two lower letters. */
export function hasOtherSpellings(text: string): boolean {
  return /[\u0300-\u036f\u00c0-\u024f\u1e00-\u1eff]/.test(text)
}

const unspacedStart = new RegExp(`^${unspacedScripts}`, 'u')

export function isUnspaced(word: string): boolean {
  return unspacedStart.test(word)
}
