import type { Element, ElementContent, Root, RootContent } from 'hast'
import { toHtml } from 'hast-util-to-html'
import { htmlToHast } from 'satteri'
import { mapSrcset } from './srcset.ts'

/** Attributes that hold one URL each, by their names in hast. */
const urlAttributes = ['href', 'src', 'poster', 'cite', 'data', 'longDesc', 'xLinkHref']

/**
 * The HTML of a page as it can stand anywhere else: each URL absolute, and without what needs this site's scripts and
 * styles to mean something. `base` is the address of the page.
 */
export function toPortableHtml(html: string, base: string): string {
  if (html === '') return ''
  const root = htmlToHast(html, { fragment: true }) as unknown as Root
  return toHtml({ type: 'root', children: root.children.flatMap((child) => toPortable(child, base)) })
}

function toPortable<Node extends RootContent>(node: Node, base: string): (Node | ElementContent)[] {
  if (node.type !== 'element') return [node]
  if (isOnlyForTheSite(node)) return []
  if (isCheckbox(node)) return [text(node.properties.checked ? '☑' : '☐')]
  const children = node.children.flatMap((child) => toPortable(child, base))
  // A heading that leads to itself would look like a link to somewhere.
  if (hasClass(node, 'heading-link')) return children
  if (isListing(node)) return [{ ...node, properties: {}, children: [text(codeOf(node))] }]
  return [{ ...node, properties: absoluteProperties(node.properties, base), children }]
}

function absoluteProperties(properties: Element['properties'], base: string): Element['properties'] {
  const changed = { ...properties }
  for (const name of urlAttributes) {
    const value = properties[name]
    if (typeof value === 'string') changed[name] = absolute(value, base)
  }
  const { srcSet } = properties
  if (typeof srcSet === 'string') changed.srcSet = mapSrcset(srcSet, (url) => absolute(url, base))
  return changed
}

/** What is absolute already stays as its author wrote it. */
function absolute(url: string, base: string): string {
  return URL.canParse(url) ? url : (URL.parse(url, base)?.href ?? url)
}

/** Signs beside headings, and buttons, which do nothing without a script. */
function isOnlyForTheSite(element: Element): boolean {
  return element.tagName === 'button' || hasClass(element, 'anchor')
}

/** Form controls are removed by feed readers, and the state of a task with them. */
function isCheckbox({ tagName, properties }: Element): boolean {
  return tagName === 'input' && properties.type === 'checkbox'
}

/** Code that was highlighted: each line in an element of its own. */
function isListing({ tagName, children }: Element): boolean {
  return tagName === 'code' && children.some((child) => child.type === 'element' && hasClass(child, 'line'))
}

/** Without the colours, which three quarters of its HTML are for; but with the signs of a diff, which styles draw. */
function codeOf({ children }: Element): string {
  const isMarked = children.some((child) => child.type === 'element' && markOf(child))
  const sign = (line: Element) => (isMarked ? markOf(line) || ' ' : '')
  return children.map((child) => (child.type === 'element' ? sign(child) + textOf(child) : textOf(child))).join('')
}

function markOf({ properties }: Element): string {
  return typeof properties.dataMark === 'string' ? properties.dataMark : ''
}

function textOf(node: ElementContent): string {
  if (node.type === 'text') return node.value
  return node.type === 'element' ? node.children.map(textOf).join('') : ''
}

function hasClass({ properties: { className } }: Element, name: string): boolean {
  return Array.isArray(className) && className.includes(name)
}

function text(value: string): ElementContent {
  return { type: 'text', value }
}
