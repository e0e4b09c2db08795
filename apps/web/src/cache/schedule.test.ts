import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Due, type Schedule, watchSchedule } from './schedule.ts'

const start = Date.parse('2026-01-01T12:00:00Z')
const at = (seconds: number) => `${new Date(start + seconds * 1000).toISOString().slice(0, 19)}Z`

let posts: Due[]
let handled: string[]
let schedule: Schedule | undefined

beforeEach(() => {
  vi.useFakeTimers({ now: start })
  posts = []
  handled = []
})

afterEach(() => {
  schedule?.close()
  vi.useRealTimers()
})

function watch(nextAfter = async (time: string) => posts.find((due) => due.at > time)) {
  schedule = watchSchedule({
    nextAfter,
    onDue: ({ at }) => handled.push(at),
    onError: (error) => handled.push(String(error)),
    now: () => new Date(),
  })
  return schedule
}

describe('watchSchedule', () => {
  it('calls back at each scheduled moment, not before', async () => {
    posts = [
      { at: at(10), slugs: ['a'] },
      { at: at(20), slugs: ['b'] },
    ]
    watch()
    await vi.advanceTimersByTimeAsync(9_999)
    expect(handled).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(handled).toEqual([at(10)])
    await vi.advanceTimersByTimeAsync(10_000)
    expect(handled).toEqual([at(10), at(20)])
  })

  it('waits for moments further away than a timer can hold', async () => {
    posts = [{ at: at(40 * 86_400), slugs: ['a'] }]
    watch()
    await vi.advanceTimersByTimeAsync(40 * 86_400_000)
    expect(handled).toEqual(posts.map((due) => due.at))
  })

  it('notices what was scheduled, or moved, after it began to wait', async () => {
    posts = [{ at: at(100), slugs: ['a'] }]
    const watched = watch()
    await vi.advanceTimersByTimeAsync(1_000)
    posts = [{ at: at(5), slugs: ['b'] }]
    watched.refresh()
    await vi.advanceTimersByTimeAsync(4_000)
    expect(handled).toEqual([at(5)])
    await vi.advanceTimersByTimeAsync(200_000)
    expect(handled).toEqual([at(5)])
  })

  it('loses no moment that comes while it asks', async () => {
    posts = [{ at: at(10), slugs: ['a'] }]
    let answer = () => {}
    const slow = async (time: string) => {
      const due = posts.find((post) => post.at > time)
      if (due) await new Promise<void>((resolve) => (answer = resolve))
      return due
    }
    watch(slow)
    await vi.advanceTimersByTimeAsync(15_000)
    expect(handled).toEqual([])
    answer()
    await vi.advanceTimersByTimeAsync(0)
    expect(handled).toEqual([at(10)])
  })

  it('asks again after a failure', async () => {
    posts = [{ at: at(90), slugs: ['a'] }]
    let failures = 1
    watch(async (time) => {
      if (failures-- > 0) throw new Error('stalled')
      return posts.find((due) => due.at > time)
    })
    await vi.advanceTimersByTimeAsync(90_000)
    expect(handled).toEqual(['Error: stalled', at(90)])
  })

  it('is silent once it is closed', async () => {
    posts = [{ at: at(10), slugs: ['a'] }]
    watch().close()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(handled).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })
})
