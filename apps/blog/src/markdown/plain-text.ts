import { isFootnoteBack, isFootnoteReference } from './footnotes.ts'
import { type Element, hasClass, type Node, textOf } from './tree.ts'

const inline = new Set(
  'a abbr b bdi bdo cite code del dfn em i ins kbd label mark math q rb ruby s samp small span strong sub sup time u var wbr'.split(
    ' ',
  ),
)

/** Written by us, not by the author. */
const ourClasses = ['anchor', 'markdown-alert-title', 'footnotes-title']

export interface PlainTextOptions {
  /** Leave out blocks of code. */
  withoutCode?: boolean
}

/** What a post says, without any markup: a line to each block. */
export function plainText(article: Element, { withoutCode = false }: PlainTextOptions = {}): string {
  let result = ''
  const add = (node: Node) => {
    if (node.type === 'html') result += node.text
    else if (node.type === 'text') result += node.value.replace(/\s+/g, ' ')
    else if (!isOurs(node) && !(withoutCode && node.tag === 'pre')) addElement(node)
  }
  const addElement = (found: Element) => {
    const gap = inline.has(found.tag) ? '' : '\n'
    result += gap
    if (found.tag === 'img') result += found.attributes.alt ?? ''
    else if (found.tag === 'math') result += textOf(found)
    else if (found.tag !== 'audio' && found.tag !== 'video') found.children.forEach(add)
    result += gap
  }
  article.children.forEach(add)
  return result
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[\s]*/g, '\n')
    .trim()
}

function isOurs(found: Element): boolean {
  return isFootnoteReference(found) || isFootnoteBack(found) || ourClasses.some((name) => hasClass(found, name))
}
