/**
 * Grammars hold regular expressions of Oniguruma. Most use only what JavaScript has too, spelled a little
 * differently; those are translated here, which takes a tenth of the time that the full translator needs. Letters are
 * ASCII or anything beyond it, which the engine compiles in a tenth of the time that Unicode's tables take.
 */
export interface SimpleExpression {
  /** Without groups: for finding where it matches. Most searches are in vain, or beaten by another expression. */
  search: RegExp
  /** With groups, and only if there are any. */
  groups: string | undefined
  flags: string
}

/** Returns nothing for an expression that is beyond it. */
export function translateSimple(pattern: string): SimpleExpression | undefined {
  const isCaseless = pattern.startsWith('(?i)')
  let position = isCaseless ? '(?i)'.length : 0
  let search = ''
  let groups = ''

  while (position < pattern.length) {
    const piece = matchAt(outside, pattern, position)
    if (!piece) return undefined
    position += piece[0].length
    if (piece[1] === undefined) {
      const translated = spelledOtherwise.get(piece[0]) ?? piece[0]
      search += translated === '(' ? '(?:' : translated
      groups += translated
      continue
    }
    const set = readSet(pattern, position, piece[1])
    if (!set) return undefined
    position = set.end
    let translated = set.translated
    // A possessive set gives nothing back; it cannot, if the next character is not one of its own.
    const possessive = matchAt(/[*+](?=\+)/y, pattern, position)
    if (possessive) {
      translated += `${possessive[0]}(?!${set.translated})`
      position += 2
      if (matchAt(/[*+?{]/y, pattern, position)) return undefined
    }
    search += translated
    groups += translated
  }
  return compile(search, groups, isCaseless ? 'i' : '')
}

/** One piece outside of brackets that both dialects know. No quantifier on a quantifier, no groups with options. */
const outside = new RegExp(
  [
    String.raw`\\(?:p\{(?:upper|lower|alpha|alnum)\}|[AbBdDsSwWtnrfvhH]|[^a-zA-Z0-9])`,
    String.raw`\((?:\?(?::|=|!|<=|<!))?(?![?*])`,
    String.raw`(\[\^?)`,
    '[)|^$.]',
    String.raw`(?:[*+?]\??|\{\d+(?:,\d*)?\}\??)(?![+*?{])`,
    String.raw`[^\\()[\]{}*+?|^$.\u0080-\uffff]+|[\]}]|\{(?!,)`,
  ].join('|'),
  'y',
)

const inside = /\\(?:[bdDsSwtnrfvh]|[^a-zA-Z0-9])|\[:(\w+):\]|(\])|[^\\[\]&\u0080-\uffff]+/y

const beyondAscii = String.raw`\x80-\uffff`

const posixSets: Record<string, string> = {
  alnum: `a-zA-Z0-9${beyondAscii}`,
  alpha: `a-zA-Z${beyondAscii}`,
  blank: String.raw` \t`,
  digit: '0-9',
  lower: 'a-z',
  punct: String.raw`!-\/:-@\[-\x60{-~`,
  space: String.raw`\s`,
  upper: 'A-Z',
  word: String.raw`\w${beyondAscii}`,
  xdigit: '0-9a-fA-F',
}

const spelledOtherwise = new Map([
  ['\\A', '^'],
  ['\\h', '[0-9a-fA-F]'],
  ['\\H', '[^0-9a-fA-F]'],
  ['\\w', `[\\w${beyondAscii}]`],
  ['\\W', `[^\\w${beyondAscii}]`],
  ['\\p{upper}', '[A-Z]'],
  ['\\p{lower}', '[a-z]'],
  ['\\p{alpha}', `[${posixSets.alpha}]`],
  ['\\p{alnum}', `[${posixSets.alnum}]`],
  // Every text is one line with the newline at its end: `^` is the beginning, `$` the end before the newline too.
  ['$', '(?![^\\n])'],
  [']', '\\]'],
  ['{', '\\{'],
  ['}', '\\}'],
])

function readSet(pattern: string, start: number, opening: string): { translated: string; end: number } | undefined {
  let translated = opening
  let end = start
  // A bracket that comes first means itself.
  if (pattern[end] === ']') {
    translated += String.raw`\]`
    end += 1
  }
  for (;;) {
    const piece = matchAt(inside, pattern, end)
    if (!piece) return undefined
    end += piece[0].length
    const [, posix, closing] = piece
    // What stands for many characters cannot end a range.
    if (posix !== undefined && /[^[^]-$/.test(translated)) return undefined
    const set = posix === undefined ? translateInside(piece[0]) : posixSets[posix]
    if (set === undefined) return undefined
    translated += set
    if (closing !== undefined) return { translated, end }
  }
}

function translateInside(piece: string): string {
  if (piece === String.raw`\h`) return posixSets.xdigit!
  if (piece === String.raw`\w`) return posixSets.word!
  return piece
}

function matchAt(piece: RegExp, pattern: string, position: number): RegExpExecArray | null {
  piece.lastIndex = position
  return piece.exec(pattern)
}

function compile(search: string, groups: string, flags: string): SimpleExpression | undefined {
  try {
    return { search: new RegExp(search, `g${flags}`), groups: search === groups ? undefined : groups, flags }
  } catch {
    return undefined
  }
}
