import { isFootnoteReference } from './footnotes.ts'
import { isHeading } from './headings.ts'
import { loadLazily } from './images.ts'
import { toHtml } from './to-html.ts'
import { type Element, element, hasClass, isBlank, isElement, type Node, replace, visit } from './tree.ts'

const maxParagraphs = 3

/**
 * As in the original: up to three paragraphs, and once there is one, nothing after a heading below the first level,
 * a list, a table, a quotation, code or a rule. What stands within those does not count.
 */
export function excerptOf(article: Element): string {
  const paragraphs: Element[] = []
  collect(article, paragraphs)
  return toHtml(fitForList(paragraphs).flatMap((paragraph) => [paragraph, { type: 'text', value: '\n' }])).trimEnd()
}

/** In a list the same post can come twice, beside others: no ids, no footnotes, and images wait. */
export function fitForList(nodes: readonly Node[]): Node[] {
  const list = element('div', {}, structuredClone([...nodes]))
  replace(list, (found) => (isFootnoteReference(found) ? [] : undefined))
  visit(list, (found) => {
    delete found.attributes.id
  })
  loadLazily(list)
  return list.children
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
