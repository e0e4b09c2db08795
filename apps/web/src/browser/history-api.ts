import { canVisit, visit } from './visit.ts'

/** By entry of the history, how far down it was read. As long as this document lives, so are its entries. */
const positions = new Map<string, number>()

/** Path and query of what is shown, or will be soon. */
let shown = addressOf(location)
let leave = new AbortController()

interface Turn {
  isTyping?: boolean
  /** Where a page that was left before is read on. */
  top?: number | undefined
}

/** For browsers without the Navigation API: links and forms one by one, and the way back. */
export function followHistory(): void {
  // What the browser would restore is the place on the page that is still shown.
  history.scrollRestoration = 'manual'
  addEventListener('pagehide', () => {
    history.scrollRestoration = 'auto'
  })
  addEventListener('pageshow', () => {
    history.scrollRestoration = 'manual'
  })
  nameEntry()
  addEventListener('scroll', () => positions.set(nameEntry(), scrollY), { passive: true })
  addEventListener('popstate', followTraversal)
  document.addEventListener('click', followLink)
  document.addEventListener('submit', followForm)
}

export function replaceInHistory(address: string, info?: 'typing'): void {
  const url = new URL(address, location.href)
  if (canVisit(url)) {
    history.replaceState(history.state, '', url)
    void turnTo(url, { isTyping: info === 'typing' })
  } else location.replace(url)
}

function followLink(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null
  if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  const isElsewhere = (link.target && link.target !== '_self') || link.hasAttribute('download')
  if (!isElsewhere) go(event, new URL(link.href))
}

function followForm(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement
  if (form.method !== 'get') return
  const url = new URL(form.action)
  const entries = [...new FormData(form, event.submitter)].filter(([, value]) => typeof value === 'string')
  url.search = new URLSearchParams(entries as [string, string][]).toString()
  go(event, url)
}

function go(event: Event, url: URL): void {
  const isPlaceOnPage = addressOf(url) === addressOf(location) && url.hash !== ''
  if (event.defaultPrevented || isPlaceOnPage || !canVisit(url)) return
  event.preventDefault()
  // As browsers do: the same address again is no new entry.
  if (url.href !== location.href) history.pushState(null, '', url)
  nameEntry()
  void turnTo(url)
}

function followTraversal(): void {
  const top = positions.get(nameEntry())
  const url = new URL(location.href)
  if (addressOf(url) === shown) {
    if (top !== undefined) scrollTo({ top, behavior: 'instant' })
  } else if (canVisit(url)) void turnTo(url, { top: top ?? 0 })
  else location.reload()
}

async function turnTo(url: URL, { isTyping = false, top }: Turn = {}): Promise<void> {
  leave.abort()
  leave = new AbortController()
  const { signal } = leave
  const isSamePage = url.pathname === shown.split('?', 1)[0]
  shown = addressOf(url)
  await visit(url, { isSamePage, isTyping, signal })
  if (signal.aborted) return
  // It may have been answered by another one.
  shown = addressOf(location)
  if (!isSamePage) (document.activeElement as HTMLElement | null)?.blur()
  if (top !== undefined || !isSamePage) arrive(url, top)
}

function arrive({ hash }: URL, top = 0): void {
  // Names of places are letters of any alphabet, which an address has encoded.
  const place = top === 0 && hash ? document.querySelector(`[id="${CSS.escape(decode(hash.slice(1)))}"]`) : null
  if (place) place.scrollIntoView()
  else scrollTo({ top, behavior: 'instant' })
}

/** The name of the present entry of the history; those that the browser made, for places on the page, have none yet. */
function nameEntry(): string {
  const { entry } = (history.state ?? {}) as { entry?: string }
  if (entry) return entry
  const name = crypto.randomUUID()
  history.replaceState({ entry: name }, '')
  return name
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function addressOf({ pathname, search }: URL | Location): string {
  return pathname + search
}
