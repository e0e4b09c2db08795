import type { Said } from '@atoll/live/client'
import { recall, remember } from './storage.ts'

const visibleForMs = 5000
const hiddenForMs = 60_000

/** Whether somebody looks at the page: after five seconds in sight, until a minute out of it. Bots are not that patient. */
export function watchAttention(say: (said: Said) => void): { isHere(): boolean } {
  let isHere = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const follow = () => {
    clearTimeout(timer)
    const isVisible = document.visibilityState === 'visible'
    if (isVisible !== isHere) timer = setTimeout(change, isVisible ? visibleForMs : hiddenForMs)
  }
  const change = () => {
    isHere = !isHere
    say(isHere ? here() : { do: 'away' })
  }
  document.addEventListener('visibilitychange', follow)
  follow()
  return { isHere: () => isHere }
}

/** Who is here: nobody who can be known, and somebody else tomorrow. The same for all tabs of this browser. */
export function here(): Said {
  const day = new Date().toISOString().slice(0, 10)
  const [keptDay, keptId] = recall('person')?.split(' ') ?? []
  if (keptDay === day && keptId) return { do: 'here', person: keptId }
  const person = randomId()
  remember('person', `${day} ${person}`)
  return { do: 'here', person }
}

export function randomId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Into the status bar; nothing until somebody counts. */
export function showCounts({ site, page }: { site: number; page: number }): void {
  const place = document.querySelector<HTMLElement>('.status-here')
  if (!place) return
  place.hidden = site === 0
  place.textContent = page === site ? `${site} here` : `${page} of ${site} here`
  place.title = `Reading now: ${page} on this page, ${site} on the site`
}
