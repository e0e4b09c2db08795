import { become } from './morph.ts'
import { parsePage } from './trusted-html.ts'

const root = document.documentElement
const listeners: (() => void)[] = []

/** Calls back now, and whenever something of the page was put in place. */
export function onShown(listener: () => void): void {
  listeners.push(listener)
  listener()
}

/** Path and query, as the server knows it. Whoever looks at a preview sees what no other reader may. */
export function shownAddress(): string | undefined {
  return new URLSearchParams(location.search).has('preview') ? undefined : location.pathname + location.search
}

/** '' on a page that is not there, or that cannot change. */
export function shownVersion(): string {
  return root.dataset.version ?? ''
}

/** Puts parts that came over the line in place. True if the text of the page was among them. */
export function showParts(parts: Record<string, string>): boolean {
  let hasText = false
  const stay = holdPlace()
  for (const [name, html] of Object.entries(parts)) {
    const place = document.querySelector(`[data-live="${name}"]`)
    const next = parsePage(html).body.firstElementChild
    if (!place || !next) continue
    become(place, next)
    hasText ||= place.matches('main, .page-body, article')
  }
  for (const listener of listeners) listener()
  stay()
  return hasText
}

/** Whoever reads on must not lose the line: what is in the middle of the window stays where it is. */
function holdPlace(): () => void {
  const held = scrollY > 0 ? document.elementFromPoint(innerWidth / 2, innerHeight / 3)?.closest('main *') : undefined
  const before = held?.getBoundingClientRect().top
  return () => {
    if (!held?.isConnected) return
    scrollBy({ top: held.getBoundingClientRect().top - before!, behavior: 'instant' })
  }
}

export function setVersion(version: string, title: string): void {
  if (version) root.dataset.version = version
  else delete root.dataset.version
  document.title = title
}

/** Shows another document in this window: as a new page, or as the same one that changed. */
export function showDocument(next: Document, { isSamePage }: { isSamePage: boolean }): void {
  const { lang, dataset } = next.documentElement
  root.lang = lang
  if (dataset.screen) root.dataset.screen = dataset.screen
  else delete root.dataset.screen
  setVersion(dataset.version ?? '', next.title)
  mergeHead(next.head)
  for (const selector of ['body > header', 'main', 'body > footer']) {
    const place = document.querySelector(selector)
    const part = next.querySelector(selector)
    if (!place || !part) continue
    if (selector === 'main' && !isSamePage) place.replaceWith(part)
    else become(place, part)
  }
  for (const listener of listeners) listener()
}

/** What both heads have stays, or browsers would fetch it again. Scripts ran already. */
function mergeHead(next: HTMLHeadElement): void {
  const present = describing(document.head)
  const wanted = describing(next)
  for (const [html, element] of wanted) if (!present.has(html)) document.head.append(element)
  for (const [html, element] of present) if (!wanted.has(html)) element.remove()
}

function describing(head: HTMLHeadElement): Map<string, Element> {
  return new Map([...head.querySelectorAll('meta, link')].map((element) => [element.outerHTML, element]))
}
