import { type Connection, type ConnectionState, connect, openLine, type Said, type Told } from '@atoll/live/client'
import { announce } from './announce.ts'
import { replaceWith } from './navigation.ts'
import { showNotice, showProblems } from './notices.ts'
import { here, showCounts, watchAttention } from './presence.ts'
import { setVersion, shownAddress, shownVersion, showParts } from './shown-page.ts'
import { recall, remember } from './storage.ts'
import { refresh, stopVisiting } from './visit.ts'

/** A line that was quiet for this long may be dead without knowing it. */
const restMs = 30_000

/** Brings the page up to date while it is open. */
export function followChanges(): Connection & { watch(): void } {
  /** How new the data of the newest change was: another node must not show less. */
  let seen: string | undefined
  /** Parts that no page is made from. A page may have their places later than they come. */
  const shown: Record<string, string> = {}
  const connection = connect({
    openLine,
    greet: () => [...watching(), ...(attention.isHere() ? [here()] : [])],
    onTold: follow,
    onState: showState,
    memory: {
      get: () => (recall('line') === 'events' ? 'events' : 'socket'),
      set: (kind) => remember('line', kind === 'events' ? kind : null),
    },
  })
  const attention = watchAttention(connection.say)
  keepAwake(connection)
  return Object.assign(connection, { watch })

  function watch(): void {
    showParts(shown)
    watching().forEach(connection.say)
  }

  function watching(): Said[] {
    const page = shownAddress()
    return page ? [{ do: 'watch', page, version: shownVersion(), ...(seen && { seen }) }] : []
  }

  function follow(told: Told): void {
    switch (told.is) {
      case 'hello':
        if (!isOurBuild(told.build)) stopVisiting()
        break
      case 'page':
        if (told.page === shownAddress()) showChange(told)
        break
      case 'moved':
        if (told.page === shownAddress()) replaceWith(told.location)
        break
      case 'gone':
        if (told.page === shownAddress() && shownVersion()) void refresh()
        break
      case 'refresh':
        void refresh()
        break
      case 'here':
        showCounts(told)
        break
      case 'shown':
        showParts(Object.assign(shown, told.parts))
        break
      case 'notice':
        if (told.name === 'problems') showProblems(told.data)
    }
  }

  function showChange({ from, version, at, title, parts }: Extract<Told, { is: 'page' }>): void {
    if (version === shownVersion()) return
    // A change to something else than what is shown: ask for the whole.
    if (from !== '*' && from !== shownVersion()) return void watching().forEach(connection.say)
    const hasText = showParts({ ...parts, ...shown })
    setVersion(version, title)
    seen = at
    if (hasText) announce('This page was updated')
  }
}

function showState(state: ConnectionState): void {
  document.documentElement.toggleAttribute('data-offline', state === 'lost')
  showNotice(state === 'lost' ? 'Offline. What you see may be older than it looks.' : undefined)
}

/** Browsers keep no page with an open line for the way back; and timers sleep when the machine does. */
function keepAwake({ check, pause, resume }: Connection): void {
  let hiddenAt = 0
  addEventListener('pagehide', pause)
  addEventListener('pageshow', resume)
  addEventListener('online', check)
  addEventListener('offline', check)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') hiddenAt = Date.now()
    else if (Date.now() - hiddenAt > restMs) check()
  })
}

/** Whether the server still has the scripts and styles that this page was made with. */
function isOurBuild(build: string): boolean {
  const own = document.querySelector<HTMLScriptElement>('script[src*="/static/app"]')
  return !own || build === '' || build.includes(own.getAttribute('src')!)
}
