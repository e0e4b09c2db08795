import { announce } from './announce.ts'
import { startProgress } from './progress.ts'
import { showDocument } from './shown-page.ts'
import { parsePage } from './trusted-html.ts'

/** Addresses that are no pages. */
const elsewhere = /^\/(static|assets|social|live|colours|health|ready|metrics|rss|atom|feeds?)(\/|$)|\.\w+$/

/** After an answer that was a failure. */
const againMs = 3000

let mustLoad = false
let onArrival = () => {}

/** From now on pages are loaded whole: this one was made with other scripts than the server has. */
export function stopVisiting(): void {
  mustLoad = true
}

/** Calls back whenever another page is shown than before. */
export function onArrive(listener: () => void): void {
  onArrival = listener
}

/** Whether this address is a page of this site that need not be loaded whole. */
export function canVisit({ origin, pathname, searchParams }: URL): boolean {
  return !mustLoad && origin === location.origin && !elsewhere.test(pathname) && !searchParams.has('preview')
}

/** Fetches the present page again and shows what is different. */
export async function refresh(): Promise<void> {
  const address = location.pathname + location.search
  const response = await fetch(address).catch(() => undefined)
  const text = await response?.text().catch(() => undefined)
  // The line will say it again when there is one. And who went on meanwhile is shown something else.
  if (!response || text === undefined || location.pathname + location.search !== address) return
  // A failure is not what the page shows now.
  if (response.status >= 500) return void setTimeout(refresh, againMs * (1 + Math.random()))
  showDocument(parsePage(text), { isSamePage: true })
  onArrival()
}

export interface Visit {
  /** Another list or search of the page that is shown. */
  isSamePage: boolean
  isTyping: boolean
  signal: AbortSignal
}

/** Shows the page of an address that the window already has. */
export async function visit(url: URL, { isSamePage, isTyping, signal }: Visit): Promise<void> {
  const endProgress = startProgress()
  try {
    const response = await fetch(url, { signal })
    if (!response.headers.get('content-type')?.startsWith('text/html')) return load(url)
    const next = parsePage(await response.text())
    if (signal.aborted) return
    if (response.redirected) history.replaceState(history.state, '', response.url + url.hash)
    showDocument(next, { isSamePage })
    if (isSamePage) arriveInList(next, isTyping)
    else announce(next.title)
    onArrival()
  } catch {
    // What went wrong on the way is shown as it would be without this script.
    if (!signal.aborted) load(url)
  } finally {
    endProgress()
  }
}

/** The fields follow what was asked, unless the reader is writing in them. */
function arriveInList(next: Document, isTyping: boolean): void {
  if (!isTyping) {
    const field = document.querySelector<HTMLInputElement>('.search-form input[type=search]')
    if (field) field.value = next.querySelector<HTMLInputElement>('.search-form input[type=search]')?.value ?? ''
    const results = document.querySelector('.results')
    if (results && results.getBoundingClientRect().top < 0) results.scrollIntoView()
  }
  const found = [...document.querySelectorAll('.results-line > span')].map(({ textContent }) => textContent)
  announce(found.join('. ') || next.title, isTyping ? 600 : 100)
}

/** The window has this address by now. To replace it by itself would load nothing if it names a place on the page. */
function load(url: URL): void {
  mustLoad = true
  if (location.href === url.href) location.reload()
  else location.replace(url)
}
