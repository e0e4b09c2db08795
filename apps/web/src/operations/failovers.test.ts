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
    expect(log.list()).toEqual([{ at: '1970-01-01T00:00:06.000Z', from: 'a', to: 'b', durationMs: 5000 }])
  })
})
