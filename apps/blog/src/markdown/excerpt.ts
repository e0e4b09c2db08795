import { isFootnoteReference, isFootnotes } from './footnotes.ts'
import { isHeading } from './headings.ts'
import { loadLazily } from './images.ts'
import { copyOf, type Element, element, hasClass, isBlank, isElement, type Node, replace, text, visit } from './tree.ts'

const maxParagraphs = 3

/**
 * As in the original: up to three paragraphs, and once there is one, nothing after a heading below the first level,
 * a list, a table, a quotation, code or a rule. What stands within those does not count.
 */
export function excerptOf(article: Element): Element {
  const paragraphs: Element[] = []
  collect(article, paragraphs)
  return fitForList(paragraphs.flatMap((paragraph, index) => (index === 0 ? [paragraph] : [text('\n'), paragraph])))
}

/** In a list the same post can come twice, beside others: no ids, nothing that leads to them, and images wait. */
export function fitForList(nodes: readonly Node[]): Element {
  const list = element('div', {}, nodes.map(copyOf))
  replace(list, (found) => {
    if (isFootnoteReference(found) || isFootnotes(found)) return []
    return leadsWithin(found) ? found.children : undefined
  })
  visit(list, (found) => {
    delete found.attributes.id
  })
  loadLazily(list)
  return list
}

/** True when there is nothing more to collect. */
function collect(parent: Element, paragraphs: Element[]): boolean {
  for (const child of parent.children) {
    if (!isElement(child)) continue
    if (isParagraph(child)) {
      if (child.children.every(isBlank)) continue
      paragraphs.push(child)
      if (paragraphs.length === maxParagraphs) return true
    } else if (isFrame(child)) {
      if (collect(child, paragraphs)) return true
    } else if (!isHeading(child) || !child.wasTop) {
      if (paragraphs.length > 0) return true
    }
  }
  return false
}

function isParagraph(found: Element): boolean {
  return found.tag === 'p' || (found.tag === 'figure' && !hasClass(found, 'code'))
}

/** Elements written as HTML that only hold others. */
function isFrame(found: Element): boolean {
  return (
    ['article', 'div', 'section'].includes(found.tag) &&
    found.attributes.role === undefined &&
    !hasClass(found, 'footnotes')
  )
}

function leadsWithin({ tag, attributes }: Element): boolean {
  return tag === 'a' && attributes.href?.startsWith('#') === true
}
