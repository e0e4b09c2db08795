import { isFootnoteReference } from './footnotes.ts'
import type { Ids } from './ids.ts'
import { type Element, element, hasClass, isBlank, isElement, type Node, text, textOf, visit } from './tree.ts'

export interface Heading {
  level: number
  id: string
  /** Plain text. */
  text: string
}

/** Many write the title at the top of the body too, where the page would show it twice. */
export function dropRepeatedTitle(article: Element, title: string): void {
  const first = article.children.find((child) => !isBlank(child))
  if (!isElement(first, 'h1') || slugify(textOf(first)) !== slugify(title)) return
  article.children = article.children.filter((child) => child !== first)
}

/** The title is the page's only `h1`: where a body has one, all its headings go down a level. */
export function demoteHeadings(article: Element): void {
  const headings = findHeadings(article)
  if (!headings.some(({ tag }) => tag === 'h1')) return
  for (const heading of headings) {
    if (heading.tag === 'h1') heading.wasTop = true
    heading.tag = `h${Math.min(Number(heading.tag[1]) + 1, 6)}`
  }
}

/** Gives each heading an id, and makes it lead to itself, so that its address can be copied. */
export function anchorHeadings(article: Element, ids: Ids): Heading[] {
  return findHeadings(article).map((heading) => {
    const title = wordsOf(heading).replace(/\s+/g, ' ').trim()
    const id = ids.take(slugify(title) || 'section')
    heading.attributes.id = id
    heading.children = linkToItself(heading, id)
    return { level: Number(heading.tag[1]), id, text: title }
  })
}

/**
 * As the original's for ASCII (`C++ & Rust` → `c-rust`), and letters of other scripts stay. Accents go from Latin
 * letters alone: in Japanese or Hindi the marks are part of the word.
 */
export function slugify(title: string): string {
  return title
    .normalize('NFD')
    .replace(/([A-Za-z])\p{M}+/gu, '$1')
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}\s-]/gu, '')
    .toLowerCase()
    .replace(/\s+/g, '-')
    .replace(/^-+|-+$/g, '')
}

export function isHeading({ tag }: Element): boolean {
  return /^h[1-6]$/.test(tag)
}

function findHeadings(article: Element): Element[] {
  const found: Element[] = []
  visit(article, (one) => {
    if (isHeading(one) && !hasClass(one, 'footnotes-title')) found.push(one)
  })
  return found
}

function wordsOf(node: Node): string {
  if (!isElement(node)) return textOf(node)
  return isFootnoteReference(node) ? '' : node.children.map(wordsOf).join('')
}

/** The whole heading is the link: a sign beside it would be read aloud with every heading. */
function linkToItself(heading: Element, id: string) {
  const href = `#${id}`
  if (!holdsLink(heading)) return [element('a', { class: 'heading-link', href }, heading.children, heading.line)]
  const sign = element('a', { class: 'anchor', href, 'aria-label': 'Link to this heading' }, [text('#')], heading.line)
  return [...heading.children, text(' '), sign]
}

function holdsLink(heading: Element): boolean {
  let holds = false
  visit(heading, ({ tag }) => {
    holds ||= tag === 'a' || tag === 'summary' || tag === 'audio' || tag === 'video'
  })
  return holds
}
