import type { Element, Nodes, Root } from 'hast'
import { type Features, htmlToHast, markdownToHast } from 'satteri'
import { restoreLines, writeWithLines } from './raw-html.ts'

/** Parsers and browsers recurse; real posts stay below twenty. */
const maxDepth = 200

/** A paragraph with more prices than this has no formulas. */
const maxRounds = 40

/** Ids of footnotes begin with this, and so do ids written in raw HTML: headings and pages never do. */
export const idPrefix = 'user-content-'

/** The `meta` of an inline formula that was written with two dollars. */
export const displayMath = 'display'

export type Parsed = { kind: 'tree'; tree: Root } | { kind: 'too_deep'; line: number }

/** Parses a body into a tree whose raw HTML is parsed too. Nothing in it can be trusted yet. */
export function parseMarkdown(source: string): Parsed {
  let text = source.replaceAll('\r\n', '\n').replaceAll('\0', '\u{fffd}')
  // Taking one dollar for what it is makes others the ends of a formula, so this takes a round for each in a block.
  for (let round = 0; ; round++) {
    const tree = markdownToHast(text, { features: features(round < maxRounds) }) as Root
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

function tooDeepAt(node: Nodes, depth = 0): number | undefined {
  if (!('children' in node)) return undefined
  if (depth > maxDepth) return node.position?.start.line ?? 1
  for (const child of node.children) {
    const line = tooDeepAt(child, depth + 1)
    if (line !== undefined) return line
  }
  return undefined
}

interface Survey {
  hasRawHtml: boolean
  /** Where the first dollar of each block is that was taken for the beginning of a formula. */
  dollars: number[]
  blocksWithDollars: Set<Element | undefined>
}

/** Turns `__this__` into an underline as the original did, and notes what else has to be dealt with. */
function survey(tree: Root, text: string): Survey {
  const found: Survey = { hasRawHtml: false, dollars: [], blocksWithDollars: new Set() }
  const look = (node: Nodes, block?: Element) => {
    if (node.type === 'raw') found.hasRawHtml = true
    if (node.type === 'element') lookAtElement(node, text, block, found)
    const within = node.type === 'element' && blocks.has(node.tagName) ? node : block
    if ('children' in node) for (const child of node.children) look(child, within)
  }
  look(tree)
  return found
}

const blocks = new Set(['p', 'li', 'td', 'th', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'])

function lookAtElement(node: Element, text: string, block: Element | undefined, found: Survey): void {
  const [start, end] = [node.position?.start.offset, node.position?.end.offset]
  if (start === undefined || end === undefined) return
  if (node.tagName === 'strong' && text.startsWith('__', start)) node.tagName = 'u'
  if (node.tagName !== 'code') return
  if (text.startsWith('$$', start)) node.data = { meta: displayMath } as Element['data']
  if (!isMisreadFormula(text, start, end) || found.blocksWithDollars.has(block)) return
  found.dollars.push(start)
  found.blocksWithDollars.add(block)
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
