import { type Element, hasClass, type Node } from './tree.ts'

/** What has a side where it begins: marks, a bar, the first column. Other lines of text turn by themselves. */
const sided = new Set('ul ol dl blockquote table details h1 h2 h3 h4 h5 h6'.split(' '))

/**
 * Lets lists, quotations, tables and headings run as their first letter does where that is not how they would: in a
 * post that has both, and from right to left always. The page has the direction of its first letter from the browser.
 */
export function markDirections(article: Element): void {
  markWithin(article, directionOf(article))
}

type Direction = 'ltr' | 'rtl'

function markWithin({ children }: Element, around: Direction | undefined): void {
  for (const child of children) {
    if (child.type !== 'element') continue
    const own = sided.has(child.tag) || hasClass(child, 'markdown-alert') ? directionOf(child) : undefined
    if (own && (own !== around || own === 'rtl')) child.attributes.dir ??= own
    markWithin(child, own ?? around)
  }
}

/** That of the first letter; undefined where there is none. */
function directionOf(node: Node): Direction | undefined {
  if (node.type === 'html') return undefined
  if (node.type === 'text') {
    const letter = /\p{L}/u.exec(node.value)?.[0]
    if (!letter) return undefined
    return rightToLeft.test(letter) ? 'rtl' : 'ltr'
  }
  // The title of an alert is in the language of the program.
  if (hasClass(node, 'markdown-alert-title')) return undefined
  for (const child of node.children) {
    const direction = directionOf(child)
    if (direction) return direction
  }
  return undefined
}

/** The blocks of Hebrew, Arabic and the other scripts that Unicode keeps together because they run this way. */
const rightToLeft = /[\u{590}-\u{8ff}\u{fb1d}-\u{fdff}\u{fe70}-\u{feff}\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u
