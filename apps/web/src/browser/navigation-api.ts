import { canVisit, visit } from './visit.ts'

/** Every way to another page of this window, its scripts' too, comes as one kind of event. */
export function followNavigateEvents(): void {
  navigation.addEventListener('navigate', (event) => {
    const url = new URL(event.destination.url)
    if (!isVisit(event) || !canVisit(url)) return
    const isSamePage = url.pathname === location.pathname
    event.intercept({
      focusReset: isSamePage ? 'manual' : 'after-transition',
      scroll: isSamePage && event.navigationType !== 'traverse' ? 'manual' : 'after-transition',
      handler: () => visit(url, { isSamePage, signal: event.signal, isTyping: event.info === 'typing' }),
    })
  })
}

export function replaceByNavigation(address: string, info?: 'typing'): void {
  navigation.navigate(address, { history: 'replace', info })
}

function isVisit(event: NavigateEvent): boolean {
  const { navigationType, destination } = event
  if (!event.canIntercept || event.hashChange || event.formData || event.downloadRequest !== null) return false
  // What scripts write into the history changes nothing on the page.
  return navigationType !== 'reload' && (navigationType === 'traverse' || !destination.sameDocument)
}
