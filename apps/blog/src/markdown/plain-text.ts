import { isFootnoteBack, isFootnoteReference } from './footnotes.ts'
import { type Element, hasClass, isInline, type Node, textOf } from './tree.ts'

/** Written by us, not by the author. */
const ourClasses = ['anchor', 'markdown-alert-title', 'footnotes-title']

export interface PlainText {
  /** Everything. */
  text: string
  /** Without blocks of code. */
  prose: string
}

/** What a post says, without any markup: a line to each block. */
export function plainText(article: Element): PlainText {
  let text = ''
  let prose = ''
  const add = (words: string, isCode: boolean) => {
    text += words
    if (!isCode) prose += words
  }
  const read = (node: Node, isCode: boolean) => {
    if (node.type === 'html') return add(node.text, isCode)
    if (node.type === 'text') return add(node.value.replace(/\s+/g, ' '), isCode)
    if (isOurs(node)) return
    const gap = isInline(node) && node.tag !== 'br' ? '' : '\n'
    add(gap, isCode)
    if (node.tag === 'img') add(node.attributes.alt ?? '', isCode)
    else if (node.tag === 'math') add(textOf(node), isCode)
    else if (node.tag !== 'audio' && node.tag !== 'video') {
      for (const child of node.children) read(child, isCode || node.tag === 'pre')
    }
    add(gap, isCode)
  }
  for (const child of article.children) read(child, false)
  return { text: tidy(text), prose }
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

function tidy(text: string): string {
  return text
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n\s*/g, '\n')
    .trim()
}

function isOurs(found: Element): boolean {
  const { class: names } = found.attributes
  return (
    names !== undefined &&
    (isFootnoteReference(found) || isFootnoteBack(found) || ourClasses.some((name) => hasClass(found, name)))
  )
}
