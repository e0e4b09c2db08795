import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openHub } from './hub.ts'
import { defaultLiveLimits } from './limits.ts'
import type { Wire } from './session.ts'
import { pageWith } from './testing/live-on-http.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const hour = 3_600_000

/** Readers come, look around, react and leave; each page changes now and then, most people are there once. */
it('keeps nothing of a week of visits', async () => {
  let version = 0
  const hub = openHub({
    look: async (page) => pageWith(`${page} ${version}`, [`page:${page}`]),
    actions: { react: async () => 1 },
    build: '',
    onError: (error) => {
      throw error
    },
    limits: { ...defaultLiveLimits, saidPerSecond: 1000 },
  })
  const wire: Wire = { bufferedBytes: 0, tell: () => {}, close: () => {} }
  const timersAtRest = vi.getTimerCount()

  for (let visit = 0; visit < 7 * 24 * 20; visit++) {
    const session = hub.open(wire, `address ${visit}`)
    const say = (said: object) => hub.hear(session, JSON.stringify(said))
    for (const page of ['/', `/posts/${visit % 500}`, `/search?q=${visit}`]) {
      say({ do: 'watch', page, version: '' })
      say({ do: 'here', person: `somebody who is number ${visit}` })
      await vi.advanceTimersByTimeAsync(hour / 60)
      say({ do: 'beat' })
    }
    say({ do: 'ask', key: String(visit), action: 'react', input: {} })
    version++
    hub.rooms.touch([`page:/posts/${visit % 500}`, 'page:/'])
    hub.end(session)
  }
  await vi.advanceTimersByTimeAsync(hour)

  expect([hub.sessions.size, hub.rooms.size, hub.presence.site, hub.presence.count('/')]).toEqual([0, 0, 0, 0])
  expect(vi.getTimerCount()).toBe(timersAtRest)
  hub.close()
  expect(vi.getTimerCount()).toBe(0)
}, 60_000)
