import { type Element, hasClass, isElement, visit } from './tree.ts'

/** Gives the parser's footnotes names for styles, for screen readers, and for leaving them out of excerpts. */
export function nameFootnotes(article: Element): void {
  visit(article, (found) => {
    if (found.tag === 'section' && 'data-footnotes' in found.attributes) nameSection(found)
    if (found.tag === 'sup') nameReference(found)
    if (isBackReference(found)) {
      delete found.attributes['data-footnote-backref']
      found.attributes.class = 'footnote-back'
    }
  })
}

export function isFootnotes(found: Element): boolean {
  return found.tag === 'section' && hasClass(found, 'footnotes')
}

/** The number in the text that leads to a note. */
export function isFootnoteReference(found: Element): boolean {
  return found.tag === 'sup' && hasClass(found, 'footnote')
}

export function isFootnoteBack(found: Element): boolean {
  return hasClass(found, 'footnote-back')
}

function nameSection(section: Element): void {
  const [title] = section.children
  const id = isElement(title, 'h2') ? title.attributes.id : undefined
  section.attributes = { class: 'footnotes', ...(id && { 'aria-labelledby': id }) }
  if (id) (title as Element).attributes = { class: 'footnotes-title', id }
}

function nameReference(sup: Element): void {
  const [link] = sup.children
  if (!isElement(link, 'a') || !('data-footnote-ref' in link.attributes)) return
  sup.attributes = { class: 'footnote' }
  const number = link.children[0]?.type === 'text' ? link.children[0].value : ''
  const { href = '', id = '' } = link.attributes
  link.attributes = { href, id, 'aria-label': `Footnote ${number}` }
}

function isBackReference({ tag, attributes }: Element): boolean {
  return tag === 'a' && 'data-footnote-backref' in attributes
}
