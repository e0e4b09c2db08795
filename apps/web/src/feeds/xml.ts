/** Text that is XML already: only `element` and `xmlDocument` make it, so nothing gets in unescaped. */
export interface Xml {
  readonly xml: string
}

type Attributes = Record<string, string | number | undefined>
type Child = Xml | string | number | undefined | readonly Child[]

/**
 * One element. Strings are text and are escaped; what is undefined is left out. HTML goes in as text as well, which
 * is what feeds want: `]]>` and half a tag mean nothing there, unlike in a CDATA section.
 */
export function element(name: string, attributes: Attributes, ...children: Child[]): Xml {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
    .join('')
  const content = children.map(toText).join('')
  return { xml: content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>` }
}

/** An element that holds one value, or nothing at all where there is none. */
export function optional(name: string, value: string | number | null | undefined): Xml | undefined {
  return value === undefined || value === null || value === '' ? undefined : element(name, {}, value)
}

export function xmlDocument({ xml }: Xml): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${xml}\n`
}

/**
 * Characters that no XML 1.0 document may hold, not even escaped, are dropped: one of them in a title would make
 * readers refuse the whole feed.
 */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(illegal, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;') // A bare one would be read as a line feed.
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const illegal = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

function toText(child: Child): string {
  if (child === undefined) return ''
  if (typeof child === 'string' || typeof child === 'number') return escapeXml(String(child))
  return 'xml' in child ? child.xml : child.map(toText).join('')
}
