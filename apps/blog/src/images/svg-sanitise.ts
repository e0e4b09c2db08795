import { parseXml, XmlElement, type XmlNode, XmlText } from '@rgrove/parse-xml'
import { isSafeCss } from './svg-css.ts'
import { descendants, type SvgElement } from './svg-tree.ts'
import * as vocabulary from './svg-vocabulary.ts'

const svg = 'http://www.w3.org/2000/svg'
const xlink = 'http://www.w3.org/1999/xlink'

const maxDepth = 200
/** Elements to draw, those that `<use>` repeats counted each time. Ten lines can ask for millions. */
const maxDrawn = 500_000

/** Which namespace each prefix stands for; '' for names without one. */
type Namespaces = ReadonlyMap<string, string>

/**
 * Reads a drawing and builds it anew from what is known to be harmless (`svg-vocabulary.ts`), rather than looking for
 * what is harmful in it. An attacker would put in scripts and handlers (no such name is known), HTML (`foreignObject`
 * is not), addresses to run or to fetch (`href` and `url()` only lead into the drawing itself, or hold a picture),
 * animations that put such an address where none was (`href` cannot be animated), or entities and `<use>` that unfold
 * without end (entities are not declared for us, and what is drawn is counted).
 */
export function sanitiseSvg(xml: string): SvgElement {
  const { root } = parseXml(xml)
  const namespaces = new Map([['', svg]])
  const clean = root && cleanElement(root, namespaces, { depth: 0, isText: false })
  if (clean?.name !== 'svg') throw new Error('its first element is not <svg>')
  clean.attributes = new Map([['xmlns', svg], ...clean.attributes])
  if (countDrawn(clean) > maxDrawn) throw new Error(`it draws more than ${maxDrawn} things`)
  return clean
}

interface Place {
  depth: number
  /** Within an element whose text is shown. */
  isText: boolean
}

function cleanElement(element: XmlElement, outer: Namespaces, { depth, isText }: Place): SvgElement | undefined {
  if (depth > maxDepth) throw new Error(`its elements are nested more than ${maxDepth} deep`)
  const namespaces = declareNamespaces(element, outer)
  const [prefix, name] = splitName(element.name)
  if (namespaces.get(prefix) !== svg || !vocabulary.elements.has(name)) return undefined
  const attributes = cleanAttributes(element, name, namespaces)
  if (isMisusedAnimation(attributes)) return undefined
  const inner = { depth: depth + 1, isText: isText || vocabulary.textElements.has(name) || name === 'style' }
  const children = element.children
    .map((child) => cleanNode(child, namespaces, inner))
    .filter((child) => child !== undefined)
  return { name, attributes, children }
}

function cleanNode(node: XmlNode, namespaces: Namespaces, place: Place): SvgElement | string | undefined {
  if (node instanceof XmlElement) return cleanElement(node, namespaces, place)
  return node instanceof XmlText && place.isText ? node.text : undefined
}

function declareNamespaces({ attributes }: XmlElement, outer: Namespaces): Namespaces {
  const declared = Object.entries(attributes).filter(([name]) => name === 'xmlns' || name.startsWith('xmlns:'))
  if (declared.length === 0) return outer
  return new Map([...outer, ...declared.map(([name, uri]) => [name.slice('xmlns:'.length), uri] as const)])
}

/** Everything outside SVG's own namespace is left out, but for `xlink:href` and two attributes of XML itself. */
function cleanAttributes(element: XmlElement, name: string, namespaces: Namespaces): Map<string, string> {
  const clean = new Map<string, string>()
  for (const [written, value] of Object.entries(element.attributes)) {
    const [prefix, local] = splitName(written)
    const isLink = prefix !== '' && namespaces.get(prefix) === xlink && local === 'href'
    const key = isLink ? 'href' : written
    if (!vocabulary.attributes.has(key) || (isLink && clean.has('href'))) continue
    if (isHarmless(key, value, name)) clean.set(key, value)
  }
  return clean
}

function isHarmless(key: string, value: string, element: string): boolean {
  if (key === 'href') return value.startsWith('#') || (pictureElements.has(element) && pictureData.test(value))
  // A style is read later, one declaration after the other.
  return !cssAttributes.has(key) || isSafeCss(value)
}

const cssAttributes = new Set([...vocabulary.presentation, 'values', 'from', 'to', 'by'])

const pictureElements = new Set(['image', 'feImage'])
const pictureData = /^data:image\/(?:png|jpe?g|gif|webp|avif);base64,[\w+/=\s]*$/i

/** `attributeName` could name a handler or an address. */
function isMisusedAnimation(attributes: Map<string, string>): boolean {
  const animated = attributes.get('attributeName')
  return animated !== undefined && (!vocabulary.attributes.has(animated) || /^(?:href|style|class|id)$/.test(animated))
}

function countDrawn(root: SvgElement): number {
  const byId = new Map<string, SvgElement>()
  for (const element of descendants(root)) byId.set(element.attributes.get('id') ?? '', element)
  const counts = new Map<SvgElement, number>()
  return count(root)

  function count(element: SvgElement): number {
    const known = counts.get(element)
    if (known !== undefined) return known
    // What is being counted counts as nothing within itself: browsers do not follow a circle either.
    counts.set(element, 0)
    const target = element.name === 'use' ? byId.get(element.attributes.get('href')?.slice(1) ?? '') : undefined
    const parts = element.children.filter((child) => typeof child !== 'string')
    const total = [...parts, ...(target ? [target] : [])].reduce((sum, part) => sum + count(part), 1)
    counts.set(element, total)
    return total
  }
}

function splitName(name: string): [prefix: string, local: string] {
  const [local = '', prefix = ''] = name.split(':').reverse()
  return [prefix, local]
}
