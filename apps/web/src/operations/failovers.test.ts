import { describe, expect, it } from 'vitest'
import { logFailovers } from './failovers.ts'

describe('logFailovers', () => {
  it('counts the time without a primary', () => {
    const log = logFailovers()
    for (const [name, now] of [
      ['a', 0],
      ['a', 1000],
      [undefined, 2000],
      ['b', 6000],
      ['b', 7000],
    ] as const)
      log.observe(name, now)
    expect(log.list()).toEqual([{ at: '1970-01-01T00:00:06.000Z', from: 'a', to: 'b', durationMs: 4000 }])
  })

  it('counts no time when another was heard of before the end of the former', () => {
    const log = logFailovers()
    log.observe('a', 0)
    log.observe('b', 2000)
    expect(log.list()).toMatchObject([{ from: 'a', to: 'b', durationMs: 0 }])
  })

  it('counts no failover when the same one is back', () => {
    const log = logFailovers()
    for (const [name, now] of [
      ['a', 0],
      [undefined, 1000],
      ['a', 3000],
    ] as const)
      log.observe(name, now)
    expect(log.list()).toEqual([])
  })
})
