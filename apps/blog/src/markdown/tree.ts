/**
 * The tree a post is built from once it is known to be harmless: `sanitise` is what makes it from a parser's tree,
 * and `toHtml` takes nothing else.
 */
export type Node = Element | Text | Html

export interface Element {
  type: 'element'
  tag: string
  /** By their names in HTML. */
  attributes: Record<string, string>
  children: Node[]
  /** Within the file. */
  line: number
  /** What follows the language on the first line of a code block. */
  meta?: string
  /** A heading that was written as the topmost kind. */
  wasTop?: boolean
}

export interface Text {
  type: 'text'
  value: string
}

/** Finished HTML, made by us from escaped text: highlighted code. */
export interface Html {
  type: 'html'
  html: string
  /** The same for people and search. */
  text: string
}

export function element(tag: string, attributes: Record<string, string>, children: Node[], line = 0): Element {
  return { type: 'element', tag, attributes, children, line }
}

export function text(value: string): Text {
  return { type: 'text', value }
}

export function isElement(node: Node | undefined, tag?: string): node is Element {
  return node?.type === 'element' && (tag === undefined || node.tag === tag)
}

const inlineTags = new Set(
  'a abbr audio b bdi bdo br cite code del dfn em i img input ins kbd label mark math q rp rt ruby s samp small span strong sub sup time u var video wbr'.split(
    ' ',
  ),
)

/** Whether an element stands within a line of text. */
export function isInline({ tag }: Element): boolean {
  return inlineTags.has(tag)
}

export function isBlank(node: Node): boolean {
  return node.type === 'text' && node.value.trim() === ''
}

export function classesOf({ attributes }: Element): string[] {
  return attributes.class ? attributes.class.split(' ') : []
}

export function hasClass(node: Element, name: string): boolean {
  return classesOf(node).includes(name)
}

/** Shows every element in document order, with those around it, outermost first. */
export function visit(parent: Element, see: (element: Element, around: readonly Element[]) => void): void {
  const around: Element[] = [parent]
  const descend = (children: readonly Node[]) => {
    for (const child of children) {
      if (child.type !== 'element') continue
      see(child, around)
      around.push(child)
      descend(child.children)
      around.pop()
    }
  }
  descend(parent.children)
}

/** Puts what `swap` returns in the place of an element; children go before their parents. */
export function replace(parent: Element, swap: (element: Element) => Node[] | undefined): void {
  let replaced: Node[] | undefined
  for (const [index, child] of parent.children.entries()) {
    if (child.type === 'element') replace(child, swap)
    const instead = child.type === 'element' ? swap(child) : undefined
    if (instead) replaced ??= parent.children.slice(0, index)
    if (replaced) replaced.push(...(instead ?? [child]))
  }
  if (replaced) parent.children = replaced
}

export function copyOf(node: Node): Node {
  if (node.type !== 'element') return { ...node }
  return { ...node, attributes: { ...node.attributes }, children: node.children.map(copyOf) }
}

export function textOf(node: Node): string {
  if (node.type === 'text') return node.value
  if (node.type === 'html') return node.text
  return node.children.map(textOf).join('')
}
