import { isFootnoteReference } from './footnotes.ts'
import type { Ids } from './ids.ts'
import {
  type Element,
  element,
  hasClass,
  isBlank,
  isElement,
  isInline,
  type Node,
  text,
  textOf,
  visit,
} from './tree.ts'

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

/** A heading without words says nothing to anybody, and the link to it even less. */
export function dropEmptyHeadings(article: Element): void {
  const empty = new Set<Node>(findHeadings(article).filter(isEmpty))
  const drop = (parent: Element) => {
    parent.children = parent.children.filter((child) => !empty.has(child))
  }
  visit(article, drop)
  drop(article)
}

function isEmpty(heading: Element): boolean {
  let hasPicture = false
  visit(heading, ({ tag }) => {
    hasPicture ||= tag === 'img'
  })
  return !hasPicture && textOf(heading).trim() === ''
}

/** Gives each heading an id, and makes it lead to itself, so that its address can be copied. */
export function anchorHeadings(article: Element, ids: Ids): Heading[] {
  const inLinks = headingsInLinks(article)
  return findHeadings(article).map((heading) => {
    const title = wordsOf(heading).replace(/\s+/g, ' ').trim()
    const id = ids.take(slugify(title) || 'section')
    const { id: written, ...attributes } = heading.attributes
    heading.attributes = { ...attributes, id }
    if (!inLinks.has(heading)) heading.children = linkToItself(heading, id, written)
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
function linkToItself(heading: Element, id: string, writtenId: string | undefined): Node[] {
  const attributes = { href: `#${id}`, ...(writtenId && { id: writtenId }) }
  if (heading.children.every(fitsInLink)) {
    return [element('a', { class: 'heading-link', ...attributes }, heading.children, heading.line)]
  }
  const sign = { class: 'anchor', ...attributes, 'aria-label': 'Link to this heading' }
  return [...heading.children, text(' '), element('a', sign, [text('#')], heading.line)]
}

/** A link may hold neither another nor a player, and no block. */
function fitsInLink(node: Node): boolean {
  if (!isElement(node)) return true
  return isInline(node) && !['a', 'audio', 'label', 'video'].includes(node.tag) && node.children.every(fitsInLink)
}

function headingsInLinks(article: Element): Set<Element> {
  const found = new Set<Element>()
  visit(article, (heading, around) => {
    if (isHeading(heading) && around.some(({ tag }) => tag === 'a')) found.add(heading)
  })
  return found
}
