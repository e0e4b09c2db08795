import type { Element, Nodes, Root } from 'hast'
import { type Features, htmlToHast, markdownToHast } from 'satteri'
import { restoreLines, writeWithLines } from './raw-html.ts'

/** Parsers and browsers recurse; real posts stay below twenty. */
const maxDepth = 200

/** Ids of footnotes begin with this, and so do ids written in raw HTML: headings and pages never do. */
export const idPrefix = 'user-content-'

/** The `meta` of an inline formula that was written with two dollars. */
export const displayMath = 'display'

export type Parsed = { kind: 'tree'; tree: Root } | { kind: 'too_deep'; line: number }

/** Parses a body into a tree whose raw HTML is parsed too. Nothing in it can be trusted yet. */
export function parseMarkdown(source: string): Parsed {
  let text = source.replaceAll('\r\n', '\n').replaceAll('\0', '\u{fffd}')
  // Taking one dollar for what it is can make another the beginning of a formula, so this may take a few rounds.
  for (let round = 0; ; round++) {
    const tree = markdownToHast(text, { features: features(round < 8) }) as Root
    const tooDeep = tooDeepAt(tree)
    if (tooDeep !== undefined) return { kind: 'too_deep', line: tooDeep }
    const found = survey(tree, text)
    if (found.dollars.length === 0) return found.hasRawHtml ? reparse(tree) : { kind: 'tree', tree }
    text = escapeAt(text, found.dollars)
  }
}

/**
 * Raw HTML may open an element in one place and close it in another, so the whole post is written out and parsed as
 * a browser would.
 */
function reparse(tree: Root): Parsed {
  const parsed = htmlToHast(writeWithLines(tree), { fragment: true }) as Root
  if (tooDeepAt(parsed) !== undefined) return { kind: 'too_deep', line: 1 }
  restoreLines(parsed)
  return { kind: 'tree', tree: parsed }
}

function features(singleDollarTextMath: boolean): Features {
  return {
    gfm: { footnotes: { clobberPrefix: idPrefix } },
    frontmatter: false,
    math: { singleDollarTextMath },
    smartPunctuation: true,
  }
}

/** Not recursive, because the depth is what it checks. */
function tooDeepAt(tree: Root): number | undefined {
  const pending: { node: Nodes; depth: number }[] = [{ node: tree, depth: 0 }]
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, depth } = next
    if (!('children' in node)) continue
    if (depth > maxDepth) return node.position?.start.line ?? 1
    for (const child of node.children) pending.push({ node: child, depth: depth + 1 })
  }
  return undefined
}

/** Turns `__this__` into an underline as the original did, and notes what else has to be dealt with. */
function survey(node: Nodes, text: string, found = { hasRawHtml: false, dollars: [] as number[] }) {
  if (node.type === 'raw') found.hasRawHtml = true
  if (node.type === 'element' && node.position?.start.offset !== undefined) {
    const { start, end } = node.position
    if (node.tagName === 'strong' && text.startsWith('__', start.offset)) node.tagName = 'u'
    if (node.tagName === 'code' && text.startsWith('$$', start.offset))
      node.data = { meta: displayMath } as Element['data']
    if (node.tagName === 'code' && isMisreadFormula(text, start.offset!, end.offset!)) found.dollars.push(start.offset!)
  }
  if ('children' in node) for (const child of node.children) survey(child, text, found)
  return found
}

/** `$5 and $6` is money: a formula hugs its dollars, and no letter or digit hugs them from outside. */
function isMisreadFormula(text: string, start: number, end: number): boolean {
  if (text[start] !== '$' || text[start + 1] === '$') return false
  const inside = text.slice(start + 1, end - 1)
  return inside.trim() !== inside || /[\p{L}\p{N}]/u.test((text[start - 1] ?? '') + (text[end] ?? ''))
}

/** No line is added, so line numbers stay true. */
function escapeAt(text: string, offsets: number[]): string {
  let result = ''
  let from = 0
  for (const offset of offsets.sort((a, b) => a - b)) {
    result += `${text.slice(from, offset)}\\`
    from = offset
  }
  return result + text.slice(from)
}
