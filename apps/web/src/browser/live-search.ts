import { parsePage } from './trusted-html.ts'

const quietMs = 120

type Timer = ReturnType<typeof setTimeout> | undefined

/**
 * Answers while the reader types: fetches the page that the form would open, and puts its results in place. The
 * address follows without new entries in the history; a click on a tag makes one.
 */
export function searchAsYouType(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-live-search]')
  const field = form?.querySelector<HTMLInputElement>('input[type=search]')
  if (form && field) connect(form, field)
}

function connect(form: HTMLFormElement, field: HTMLInputElement): void {
  const announce = createAnnouncer()
  let request: AbortController | undefined
  let quiet: Timer

  field.addEventListener('input', (event) => {
    clearTimeout(quiet)
    if ((event as InputEvent).isComposing) return
    quiet = setTimeout(() => show(urlOf(form), 'replace'), quietMs)
  })
  field.addEventListener('compositionend', () => show(urlOf(form), 'replace'))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    clearTimeout(quiet)
    show(urlOf(form), 'replace')
  })
  document.addEventListener('click', (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('[data-swap] a:not([rel])')
    if (!link || !isPlainClick(event) || link.pathname !== location.pathname) return
    event.preventDefault()
    show(new URL(link.href), 'push')
  })
  addEventListener('popstate', () => show(new URL(location.href), 'stay'))

  async function show(url: URL, history: 'replace' | 'push' | 'stay') {
    request?.abort()
    const current = new AbortController()
    request = current
    setBusy(true)
    try {
      const response = await fetch(url, { signal: current.signal })
      const page = parsePage(await response.text())
      if (current.signal.aborted) return
      if (!swap(page)) return location.assign(url)
      if (history === 'replace') window.history.replaceState(null, '', url)
      if (history === 'push') window.history.pushState(null, '', url)
      document.title = page.title
      if (history !== 'replace') follow(page)
      announce(describeResults())
    } catch {
      // An error of the network or of the server is shown as it would be without this script.
      if (!current.signal.aborted) location.assign(url)
    } finally {
      if (request === current) setBusy(false)
    }
  }

  /** The form as the new page has it: its search, and the tags that go with the next one. */
  function follow(page: Document) {
    const next = page.querySelector<HTMLFormElement>('form[data-live-search]')
    field.value = next?.querySelector<HTMLInputElement>('input[type=search]')?.value ?? ''
    form.querySelector('[name=tags]')?.remove()
    const tags = next?.querySelector('[name=tags]')
    if (tags) form.append(tags)
  }
}

/** Replaces each part of this page that the other one has; false when it has none, so that it is no such page. */
function swap(page: Document): boolean {
  let hasSwapped = false
  for (const part of document.querySelectorAll<HTMLElement>('[data-swap]')) {
    const next = page.querySelector(`[data-swap="${part.dataset.swap}"]`)
    if (!next) continue
    const focused = part.contains(document.activeElement) ? document.activeElement!.textContent : null
    part.replaceChildren(...next.childNodes)
    if (focused !== null) refocus(part, focused)
    hasSwapped = true
  }
  return hasSwapped
}

/** How many there are, and what may have been meant; the parts of the page they were read from are in place now. */
function describeResults(): string {
  return [...document.querySelectorAll('.results-line > span')].map(({ textContent }) => textContent).join('. ')
}

/** The link that said the same, so that the keyboard stays where it was. */
function refocus(part: HTMLElement, text: string | null): void {
  const links = [...part.querySelectorAll<HTMLElement>('a')]
  const same = links.find((link) => link.textContent === text)
  if (same) same.focus({ preventScroll: true })
  else {
    part.tabIndex = -1
    part.focus({ preventScroll: true })
  }
}

function urlOf(form: HTMLFormElement): URL {
  const url = new URL(form.action)
  const entries = [...new FormData(form)].filter(([, value]) => value !== '')
  url.search = new URLSearchParams(entries as [string, string][]).toString()
  return url
}

function setBusy(isBusy: boolean): void {
  document.querySelector('[data-swap=results]')?.setAttribute('aria-busy', String(isBusy))
}

function isPlainClick({ button, ctrlKey, metaKey, shiftKey, altKey }: MouseEvent): boolean {
  return button === 0 && !ctrlKey && !metaKey && !shiftKey && !altKey
}

/** Says the number of results to those who do not see them; only after the typing pauses, or it would never stop. */
function createAnnouncer(): (text: string) => void {
  const region = document.createElement('p')
  region.className = 'visually-hidden'
  region.role = 'status'
  document.body.append(region)
  let pending: Timer
  return (text) => {
    clearTimeout(pending)
    pending = setTimeout(() => (region.textContent = text), 600)
  }
}
