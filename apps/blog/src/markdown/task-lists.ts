import { type Element, element, isBlank, isElement, isInline, type Node, text, visit } from './tree.ts'

/** Puts each checkbox of a task list into a label with its words; a list inside the item stays outside. */
export function labelTasks(article: Element): void {
  visit(article, (item) => {
    if (item.tag !== 'li') return
    const holder = isCheckbox(item.children[0]) ? item : firstParagraph(item)
    if (!holder || !isCheckbox(holder.children[0])) return
    const end = holder.children.findIndex((child) => isElement(child) && !isInline(child))
    const words = holder.children.slice(0, end === -1 ? undefined : end)
    const label = element('label', {}, trimEnd(words), item.line)
    holder.children = end === -1 ? [label] : [label, text('\n'), ...holder.children.slice(end)]
  })
}

function isCheckbox(node: Node | undefined): boolean {
  return isElement(node, 'input')
}

function firstParagraph(item: Element): Element | undefined {
  const first = item.children.find((child) => !isBlank(child))
  return isElement(first, 'p') ? first : undefined
}

function trimEnd(nodes: Node[]): Node[] {
  const last = nodes.at(-1)
  if (last?.type !== 'text') return nodes
  const value = last.value.trimEnd()
  return value ? [...nodes.slice(0, -1), text(value)] : nodes.slice(0, -1)
}
