import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { slowDown } from './slow-topics.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function open() {
  const released: { topics: readonly string[]; commit: number }[] = []
  const slow = slowDown<{ topics: readonly string[]; commit: number }>({
    isSlow: (topic) => topic.startsWith('slow'),
    intervalMs: 1000,
    release: (notice) => void released.push(notice),
  })
  return { released, slow }
}

it('lets the first of a slow topic go at once, and the last when the second is over', () => {
  const { released, slow } = open()
  for (let commit = 1; commit <= 100; commit++) slow.take({ topics: ['slow'], commit })
  expect(released).toEqual([{ topics: ['slow'], commit: 1 }])
  vi.advanceTimersByTime(1000)
  expect(released.slice(1)).toEqual([{ topics: ['slow'], commit: 100 }])
  vi.advanceTimersByTime(1000)
  slow.take({ topics: ['slow'], commit: 101 })
  expect(released.slice(2)).toEqual([{ topics: ['slow'], commit: 101 }])
})

it('holds back nothing else that a commit touched', () => {
  const { released, slow } = open()
  slow.take({ topics: ['slow', 'posts'], commit: 1 })
  slow.take({ topics: ['slow', 'posts'], commit: 2 })
  slow.take({ topics: [], commit: 3 })
  expect(released.map(({ topics }) => topics)).toEqual([['slow', 'posts'], ['posts'], []])
})

it('lets go what somebody waits for', () => {
  const { released, slow } = open()
  slow.take({ topics: ['slow'], commit: 1 })
  slow.take({ topics: ['slow'], commit: 2 })
  slow.hurryAll()
  expect(released.map(({ commit }) => commit)).toEqual([1, 2])
})

it('remembers no topic that rests', () => {
  const { slow } = open()
  slow.take({ topics: ['slow'], commit: 1 })
  vi.advanceTimersByTime(1000)
  expect(vi.getTimerCount()).toBe(0)
})
