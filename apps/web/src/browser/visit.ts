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

/**
 * Follows links, forms and the history without loading a whole page. Browsers without the Navigation API load pages as
 * ever; so does whatever is no page of this site.
 */
export function followNavigation({ onArrive }: { onArrive: () => void }): void {
  onArrival = onArrive
  if (!('navigation' in window)) return
  navigation.addEventListener('navigate', (event) => {
    const url = new URL(event.destination.url)
    if (!isVisit(event, url)) return
    const isSamePage = url.pathname === location.pathname
    event.intercept({
      focusReset: isSamePage ? 'manual' : 'after-transition',
      scroll: isSamePage && event.navigationType !== 'traverse' ? 'manual' : 'after-transition',
      handler: () => visit(url, { isSamePage, signal: event.signal, isTyping: event.info === 'typing' }),
    })
  })
}

/** Goes to an address in place of the present one. */
export function replaceWith(address: string, info?: 'typing'): void {
  if ('navigation' in window) navigation.navigate(address, { history: 'replace', info })
  else location.replace(address)
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

interface Visit {
  isSamePage: boolean
  isTyping: boolean
  signal: AbortSignal
}

async function visit(url: URL, { isSamePage, isTyping, signal }: Visit): Promise<void> {
  const endProgress = startProgress()
  try {
    const response = await fetch(url, { signal })
    if (!response.headers.get('content-type')?.startsWith('text/html')) return load(url)
    const next = parsePage(await response.text())
    if (signal.aborted) return
    if (response.redirected) history.replaceState(null, '', response.url + url.hash)
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

function isVisit(event: NavigateEvent, { pathname, searchParams }: URL): boolean {
  const { navigationType, destination } = event
  if (mustLoad || !event.canIntercept || event.hashChange || event.formData || event.downloadRequest !== null)
    return false
  // What scripts write into the history changes nothing on the page.
  if (navigationType === 'reload' || (navigationType !== 'traverse' && destination.sameDocument)) return false
  return !elsewhere.test(pathname) && !searchParams.has('preview')
}

function load(url: URL): void {
  mustLoad = true
  location.replace(url)
}
