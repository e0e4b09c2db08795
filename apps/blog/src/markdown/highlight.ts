import { type Language, loadLanguage } from './languages.ts'
import { escapeText } from './to-html.ts'
import type { TokenClass } from './token-classes.ts'

/** Longer lines come from machines; they stay plain, because expressions can take a time that grows faster. */
const maxLineLength = 1000
const maxLength = 200_000
const maxMsPerLine = 500

/** Posts repeat themselves and each other: the same commands, the same settings. */
const maxKept = 500
const maxKeptLength = 5000
const kept = new Map<string, string[]>()

/** Each line of a piece of code as HTML, its tokens in spans with classes; nothing if nobody knows the language. */
export async function highlightLines(code: string, language: string): Promise<string[] | undefined> {
  const key = `${language}\n${code}`
  const before = kept.get(key)
  if (before) return before
  const known = await loadLanguage(language)
  if (!known) return undefined
  const lines = code.split('\n')
  if (code.length > maxLength) return lines.map(escapeText)
  const highlighted = tokenise(lines, known)
  if (code.length <= maxKeptLength) keep(key, highlighted)
  return highlighted
}

/** Takes it for granted that this code comes out as these lines. */
export function keepHighlighted(code: string, language: string, lines: string[]): void {
  if (code.length <= maxKeptLength) keep(`${language}\n${code}`, lines)
}

function keep(key: string, lines: string[]) {
  if (kept.size >= maxKept) kept.delete(kept.keys().next().value!)
  kept.set(key, lines)
}

function tokenise(lines: string[], { grammar, classes }: Language): string[] {
  let state: Parameters<typeof grammar.tokenizeLine2>[1] = null
  return lines.map((line) => {
    if (line.length > maxLineLength) return escapeText(line)
    const { tokens, ruleStack } = grammar.tokenizeLine2(line, state, maxMsPerLine)
    state = ruleStack
    return spans(line, tokens, classes)
  })
}

/** `tokens` holds pairs: where a token begins, and what it is; the bits 15 to 23 of that are its colour. */
function spans(line: string, tokens: Uint32Array, classes: Language['classes']): string {
  let html = ''
  let from = 0
  let current: TokenClass | undefined
  for (let index = 0; index <= tokens.length; index += 2) {
    const start = boundary(line, index < tokens.length ? tokens[index]! : line.length)
    const next = index < tokens.length ? classes[(tokens[index + 1]! >>> 15) & 0x1ff] : undefined
    if (next === current && index < tokens.length) continue
    if (start > from) html += span(line.slice(from, start), current)
    from = start
    current = next
  }
  return html
}

/** The expressions see an emoji as two characters; no span ends between them. */
function boundary(line: string, offset: number): number {
  const code = line.charCodeAt(offset)
  return code >= 0xdc00 && code <= 0xdfff ? offset + 1 : offset
}

function span(text: string, name: TokenClass | undefined): string {
  return name && text.trim() !== '' ? `<span class="${name}">${escapeText(text)}</span>` : escapeText(text)
}
