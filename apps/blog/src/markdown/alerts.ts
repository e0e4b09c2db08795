import { type Element, element, isBlank, isElement, type Node, replace, text } from './tree.ts'

const titles = { note: 'Note', tip: 'Tip', important: 'Important', warning: 'Warning', caution: 'Caution' }

/** GitHub's alerts: a quotation whose first line is `[!NOTE]` or one of its sisters. */
export function markAlerts(article: Element): void {
  replace(article, (found) => {
    if (found.tag !== 'blockquote') return undefined
    const alert = readAlert(found)
    return alert && [alert]
  })
}

function readAlert(quote: Element): Element | undefined {
  const at = quote.children.findIndex((child) => !isBlank(child))
  const first = quote.children[at]
  if (!isElement(first, 'p')) return undefined
  const opening = first.children[0]
  if (opening?.type !== 'text') return undefined
  const match = /^\[!(note|tip|important|warning|caution)\][ \t]*(?:\n|$)/i.exec(opening.value)
  // With a marker alone in the text node, what follows on the same line has to be a line break.
  if (!match || (match[0].length === opening.value.length && !endsLine(opening.value, first.children[1])))
    return undefined

  const kind = match[1]!.toLowerCase() as keyof typeof titles
  const rest: Node[] = [text(opening.value.slice(match[0].length)), ...first.children.slice(1)].filter(
    (child, index) => !(index === 0 && isBlank(child)) && !(index <= 1 && isElement(child, 'br')),
  )
  const title = element('p', { class: 'markdown-alert-title' }, [text(titles[kind])], quote.line)
  const paragraph = rest.some((child) => !isBlank(child)) ? [text('\n'), element('p', {}, rest, first.line)] : []
  const attributes = { class: `markdown-alert markdown-alert-${kind}`, role: 'note' }
  return element('div', attributes, [text('\n'), title, ...paragraph, ...quote.children.slice(at + 1)], quote.line)
}

function endsLine(marker: string, next: Node | undefined): boolean {
  return next === undefined || isElement(next, 'br') || marker.endsWith('\n')
}
