import type { Nodes, Properties, Element as RawElement, Root } from 'hast'
import type { Report } from './problem.ts'
import { attributeName, metaOf } from './raw-html.ts'
import { type Element, element, type Node, text } from './tree.ts'

/**
 * What a post may hold, whether it was written as Markdown or as HTML. An element that is not here goes and leaves
 * its children, except for those in `removed`, which go with all they hold; an attribute that is not here goes.
 */
export interface AllowedHtml {
  /** Elements, each with the attributes it may have besides those in `everywhere`. */
  elements: Record<string, readonly string[]>
  everywhere: readonly string[]
  removed: readonly string[]
  /** Attributes that hold an address, and the protocols it may have; an address of this site always may. */
  addresses: Record<string, readonly string[]>
}

const linkProtocols = ['http:', 'https:', 'mailto:', 'tel:', 'sms:', 'xmpp:', 'irc:', 'ircs:', 'matrix:', 'ftp:']
const mediaProtocols = ['http:', 'https:']

export const allowedHtml: AllowedHtml = {
  elements: {
    a: ['href', 'target', 'rel', 'data-footnote-ref', 'data-footnote-backref', 'aria-describedby'],
    abbr: [],
    address: [],
    article: [],
    aside: [],
    audio: ['src', 'controls', 'loop', 'muted', 'preload'],
    b: [],
    bdi: [],
    bdo: [],
    blockquote: ['cite'],
    br: [],
    caption: [],
    cite: [],
    code: [],
    col: ['span'],
    colgroup: ['span'],
    dd: [],
    del: ['cite', 'datetime'],
    details: ['open'],
    dfn: [],
    div: [],
    dl: [],
    dt: [],
    em: [],
    figcaption: [],
    figure: [],
    h1: [],
    h2: [],
    h3: [],
    h4: [],
    h5: [],
    h6: [],
    hr: [],
    i: [],
    img: ['src', 'alt', 'width', 'height'],
    input: ['type', 'checked', 'disabled'],
    ins: ['cite', 'datetime'],
    kbd: [],
    li: ['value'],
    mark: [],
    ol: ['start', 'reversed', 'type'],
    p: [],
    pre: [],
    q: ['cite'],
    rp: [],
    rt: [],
    ruby: [],
    s: [],
    samp: [],
    section: ['data-footnotes'],
    small: [],
    source: ['src', 'type'],
    span: [],
    strong: [],
    sub: [],
    summary: [],
    sup: [],
    table: [],
    tbody: [],
    td: ['colspan', 'rowspan'],
    tfoot: [],
    th: ['colspan', 'rowspan', 'scope', 'abbr'],
    thead: [],
    time: ['datetime'],
    tr: [],
    track: ['src', 'kind', 'srclang', 'label', 'default'],
    u: [],
    ul: [],
    var: [],
    video: ['src', 'poster', 'controls', 'loop', 'muted', 'playsinline', 'preload', 'width', 'height'],
    wbr: [],
  },
  everywhere: ['aria-hidden', 'aria-label', 'class', 'dir', 'id', 'lang', 'title'],
  removed: [
    'applet',
    'base',
    'canvas',
    'embed',
    'frame',
    'frameset',
    'iframe',
    'link',
    'math',
    'meta',
    'noembed',
    'noframes',
    'noscript',
    'object',
    'plaintext',
    'portal',
    'script',
    'select',
    'style',
    'svg',
    'template',
    'textarea',
    'title',
    'xmp',
  ],
  addresses: { href: linkProtocols, src: mediaProtocols, poster: mediaProtocols, cite: mediaProtocols },
}

export interface SanitiseOptions {
  report: Report
  /** Added to the parser's line numbers. */
  linesBefore: number
  allowed?: AllowedHtml
}

/**
 * Copies what is allowed of a parsed tree, and nothing else. What an attacker would try: script and event handlers,
 * `javascript:` in its many spellings (addresses are read by the parser that browsers use), styles that cover the
 * page, forms that ask for passwords, frames, SVG and MathML where a browser parses differently, names and ids that
 * shadow the page's own. None of them is on the list, so none is copied.
 */
export function sanitise(root: Root, { report, linesBefore, allowed = allowedHtml }: SanitiseOptions): Element {
  let line = 1

  function copyAll(nodes: readonly Nodes[]): Node[] {
    return nodes.flatMap(copy)
  }

  function copy(node: Nodes): Node[] {
    if (node.type === 'text') return [text(node.value)]
    if (node.type !== 'element') return []
    line = node.position?.start.line ?? line
    const at = line + linesBefore
    const names = Object.hasOwn(allowed.elements, node.tagName) ? allowed.elements[node.tagName] : undefined
    if (!names || (node.tagName === 'input' && !isCheckbox(node))) {
      report('html_removed', at, `<${node.tagName}> is not allowed here and was removed`)
      return allowed.removed.includes(node.tagName) ? [] : copyAll(node.children)
    }
    const copied = element(node.tagName, copyAttributes(node, names, at), copyAll(node.children), at)
    const meta = metaOf(node)
    if (meta !== undefined) copied.meta = meta
    return [copied]
  }

  function copyAttributes({ tagName, properties }: RawElement, names: readonly string[], at: number) {
    const attributes: Record<string, string> = {}
    for (const [property, value] of Object.entries(properties)) {
      const name = attributeName(property)
      const content = attributeValue(value)
      if (content === undefined) continue
      const alignment = name === 'style' || name === 'align' ? alignmentClass(tagName, content) : undefined
      if (alignment) {
        attributes.class = alignment
      } else if (!names.includes(name) && !allowed.everywhere.includes(name)) {
        report('html_removed', at, `the attribute ${name} of <${tagName}> is not allowed here and was removed`)
      } else if (Object.hasOwn(allowed.addresses, name) && !isAllowedAddress(content, allowed.addresses[name]!)) {
        report(
          'html_removed',
          at,
          `the address ${JSON.stringify(content)} of <${tagName}> is not allowed here and was removed`,
        )
      } else {
        attributes[name] = content
      }
    }
    return attributes
  }

  return element('article', {}, copyAll(root.children))
}

function attributeValue(value: Properties[string]): string | undefined {
  if (value === null || value === undefined || value === false) return undefined
  return value === true ? '' : Array.isArray(value) ? value.join(' ') : String(value)
}

function isCheckbox({ properties }: RawElement): boolean {
  return properties.type === 'checkbox' && properties.disabled === true
}

/** The parser spells the alignment of a table's column as a style, which no page may have. */
function alignmentClass(tagName: string, value: string): string | undefined {
  if (tagName !== 'td' && tagName !== 'th') return undefined
  const side = /^\s*(?:text-align:\s*)?(left|center|right)\s*;?\s*$/i.exec(value)?.[1]
  return side && `align-${side.toLowerCase()}`
}

function isAllowedAddress(address: string, protocols: readonly string[]): boolean {
  // Without a colon there is no protocol; the rest is read as a browser reads it, which takes longer.
  if (!address.includes(':') || /^https?:\/\//.test(address)) return true
  try {
    return protocols.includes(new URL(address, 'https://page.invalid/').protocol)
  } catch {
    return false
  }
}
