import type { Report } from './problem.ts'
import { type Element, textOf, visit } from './tree.ts'

/**
 * To Markdown an address ends at a space, so an image, or a link to an asset, whose name has one stays text.
 */
export function reportBareSpaces(article: Element, report: Report): void {
  visit(article, (around) => {
    if (around.tag === 'code' || around.tag === 'pre') return
    let line = around.line
    for (const child of around.children) {
      const text = textOf(child)
      if (child.type === 'text') {
        for (const { 0: written, index } of text.matchAll(misread)) {
          const breaks = text.slice(0, index).split('\n').length - 1
          report('bare_space', line + breaks, `${written}: to Markdown, the address ends at the space`)
        }
      }
      line += text.split('\n').length - 1
    }
  })
}

/** An image, or a link into `assets/`. */
const misread = /(?:!\[[^\]\n]*\]\(|(?<!!)\[[^\]\n]*\]\((?=[^()\n]*assets\/))[^()<>"\n]*[^()<>"\s][ \t][^()\n]*\)/g
