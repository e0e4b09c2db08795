import { type Element, element, isElement, replace, textOf, visit } from './tree.ts'

/** A table wider than the page scrolls in a box of its own, which a keyboard can reach and a screen reader name. */
export function frameTables(article: Element): void {
  let count = 0
  replace(article, (found) => {
    if (found.tag !== 'table') return undefined
    visit(found, (cell, around) => {
      if (cell.tag === 'th' && around.some(({ tag }) => tag === 'thead')) cell.attributes.scope ??= 'col'
    })
    count += 1
    const caption = found.children.find((child) => isElement(child, 'caption'))
    const label = (caption && textOf(caption).trim()) || `Table ${count}`
    const attributes = { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': label }
    return [element('div', attributes, [found], found.line)]
  })
}
