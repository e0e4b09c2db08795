export interface SvgElement {
  name: string
  attributes: Map<string, string>
  children: (SvgElement | string)[]
}

export function* descendants(element: SvgElement): Generator<SvgElement> {
  yield element
  for (const child of element.children) if (typeof child !== 'string') yield* descendants(child)
}

export function toXml({ name, attributes, children }: SvgElement): string {
  const written = Array.from(attributes, ([key, value]) => ` ${key}="${escapeXml(value, /[&<>"\n\t\r]/g)}"`).join('')
  if (children.length === 0) return `<${name}${written}/>`
  const inner = children.map((child) => (typeof child === 'string' ? escapeXml(child, /[&<>\r]/g) : toXml(child)))
  return `<${name}${written}>${inner.join('')}</${name}>`
}

/** Line breaks and tabs in attributes would be spaces when read again, so these are escaped as well there. */
function escapeXml(text: string, special: RegExp): string {
  return text.replace(special, (character) => `&#${character.charCodeAt(0)};`)
}
