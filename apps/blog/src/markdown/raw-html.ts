import type { Element, Nodes, Properties, Root } from 'hast'
import { escapeAttribute, escapeText } from './to-html.ts'

/** A browser reads what is in these as plain text, up to their end or that of the page. */
const rawTextNames = 'script|style|textarea|title|xmp|iframe|noembed|noframes|noscript|plaintext'
const rawText = new RegExp(
  `<(?!plaintext)(${rawTextNames})\\b[^>]*>[^]*?</\\1\\s*>|<(?=/?(?:${rawTextNames})\\b)`,
  'gi',
)

const voidElements = new Set(['br', 'hr', 'img', 'input'])

/**
 * Writes a parsed post as HTML, to be parsed again together with the raw HTML in it. What that parser does not know
 * travels in attributes and comments: source lines, and the rest of a code block's first line.
 */
export function writeWithLines(tree: Root): string {
  return tree.children.map(write).join('')
}

function write(node: Nodes): string {
  if (node.type === 'text') return escapeText(node.value)
  if (node.type === 'raw') return `<!--line ${node.position?.start.line ?? 1}-->${defuse(node.value)}`
  if (node.type !== 'element') return ''
  const line = node.position ? ` data-source-line="${node.position.start.line}"` : ''
  const meta = metaOf(node) ? ` data-source-meta="${escapeAttribute(metaOf(node)!)}"` : ''
  const start = `<${node.tagName}${line}${meta}${writeAttributes(node.properties)}>`
  if (voidElements.has(node.tagName)) return start
  return `${start}${node.children.map(write).join('')}</${node.tagName}>`
}

function writeAttributes(properties: Properties): string {
  let written = ''
  for (const [property, value] of Object.entries(properties)) {
    if (value === false || value === null || value === undefined) continue
    const text = value === true ? '' : Array.isArray(value) ? value.join(' ') : String(value)
    written += ` ${attributeName(property)}="${escapeAttribute(text)}"`
  }
  return written
}

/**
 * As GFM's tag filter: an element that would swallow the rest of the post becomes text, unless it ends where it
 * began; then it is emptied, and the sanitiser reports it.
 */
function defuse(html: string): string {
  const commentEnds = html.startsWith('<!--') && !html.includes('-->') ? '-->' : ''
  const defused = html.replace(rawText, (whole, name: string | undefined) =>
    name ? `<${name}></${name}>${'\n'.repeat(whole.split('\n').length - 1)}` : '&lt;',
  )
  return defused + commentEnds
}

/** Gives parsed nodes their lines back; those of raw HTML are counted on from where it began. */
export function restoreLines(node: Nodes, line = 1): number {
  let current = line
  if (node.type === 'comment') current = Number(/^line (\d+)$/.exec(node.value)?.[1] ?? current + newlines(node.value))
  if (node.type === 'text') current += newlines(node.value)
  if (node.type === 'element') {
    const { dataSourceLine, dataSourceMeta, ...properties } = node.properties
    if (typeof dataSourceLine === 'string') current = Number(dataSourceLine)
    if (typeof dataSourceMeta === 'string') node.data = { meta: dataSourceMeta } as Element['data']
    node.properties = properties
    node.position = { start: { line: current, column: 1 }, end: { line: current, column: 1 } }
  }
  if ('children' in node) for (const child of node.children) current = restoreLines(child, current)
  return current
}

/** What follows the language on the first line of a code block, as the parser keeps it. */
export function metaOf(node: Element): string | undefined {
  return (node.data as { meta?: string } | undefined)?.meta
}

/** `colSpan` is `colspan`, `ariaLabel` is `aria-label`, `className` is `class`. */
export function attributeName(property: string): string {
  if (property === 'className') return 'class'
  const grouped = /^(aria|data)([A-Z].*)$/.exec(property)
  if (!grouped) return property.toLowerCase()
  const rest = grouped[2]!
  return `${grouped[1]}-${grouped[1] === 'aria' ? rest.toLowerCase() : rest.replace(/\B[A-Z]/g, '-$&').toLowerCase()}`
}

function newlines(value: string): number {
  return value.split('\n').length - 1
}
