import type { Element, ElementContent, Root } from 'hast'
import { toHtml } from 'hast-util-to-html'
import { htmlToHast } from 'satteri'
import { mapSrcset } from './srcset.ts'

/** Attributes that hold one URL each, by their names in hast. */
const urlAttributes = ['href', 'src', 'poster', 'cite', 'data', 'longDesc', 'xLinkHref']

/**
 * The HTML of a page as it can stand anywhere else: each URL absolute, and without what needs this site's scripts and
 * styles to mean something. `base` is the address of the page.
 */
export function toPortableHtml(html: string, base: string): string {
  if (html === '') return ''
  const root = htmlToHast(html, { fragment: true }) as unknown as Root
  root.children = root.children.filter((child) => child.type !== 'element' || keep(child, base))
  return toHtml(root)
}

/** Changes an element in place and says whether it belongs into a feed. */
function keep(element: Element, base: string): boolean {
  if (isOnlyForTheSite(element)) return false
  makeAbsolute(element, base)
  if (isCheckbox(element)) becomeText(element)
  element.children = element.children.filter((child: ElementContent) => child.type !== 'element' || keep(child, base))
  return true
}

function makeAbsolute({ properties }: Element, base: string): void {
  for (const name of urlAttributes) {
    const value = properties[name]
    if (typeof value === 'string') properties[name] = absolute(value, base)
  }
  const { srcSet } = properties
  if (typeof srcSet === 'string') properties.srcSet = mapSrcset(srcSet, (url) => absolute(url, base))
}

/** What is absolute already stays as its author wrote it. */
function absolute(url: string, base: string): string {
  return URL.canParse(url) ? url : (URL.parse(url, base)?.href ?? url)
}

/** Links of headings to themselves, and buttons, which do nothing without a script. */
function isOnlyForTheSite({ tagName, properties }: Element): boolean {
  const { className } = properties
  return tagName === 'button' || (Array.isArray(className) && className.includes('anchor'))
}

function isCheckbox({ tagName, properties }: Element): boolean {
  return tagName === 'input' && properties.type === 'checkbox'
}

/** Form controls are removed by feed readers, and the state of a task with them. */
function becomeText(checkbox: Element): void {
  const isChecked = checkbox.properties.checked === true
  checkbox.tagName = 'span'
  checkbox.properties = {}
  checkbox.children = [{ type: 'text', value: isChecked ? '☑' : '☐' }]
}
