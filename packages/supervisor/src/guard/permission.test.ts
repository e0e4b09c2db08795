import { afterEach, describe, expect, it, vi } from 'vitest'
import { keepPermission } from './permission.ts'
import type { Picture } from './records.ts'

afterEach(() => void vi.useRealTimers())

const withSet = (index: number | undefined): Picture => ({
  ...{ lease: undefined, heartbeat: undefined, clusterId: undefined, nodes: [] },
  set: index === undefined ? undefined : { index, value: undefined },
})

describe('a permission to lead', () => {
  it('holds for the in-sync set that it was confirmed for, and for no later one', () => {
    const permission = keepPermission()
    permission.give('accept-loss', withSet(9))
    expect(permission.for(withSet(9))).toBe('accept-loss')
    expect(permission.for(withSet(10))).toBeUndefined()
    expect(permission.for(withSet(undefined))).toBeUndefined()
  })

  it('is over once a cluster that was new has a set', () => {
    const permission = keepPermission()
    permission.give('init', withSet(undefined))
    expect(permission.for(withSet(undefined))).toBe('init')
    expect(permission.for(withSet(1))).toBeUndefined()
  })

  it('holds for a minute, unless it is withdrawn', () => {
    vi.useFakeTimers()
    const permission = keepPermission()
    permission.give('accept-loss', withSet(9))
    vi.advanceTimersByTime(60_001)
    expect(permission.for(withSet(9))).toBeUndefined()
    permission.give('accept-loss', withSet(9))
    permission.withdraw()
    expect(permission.for(withSet(9))).toBeUndefined()
  })
})
