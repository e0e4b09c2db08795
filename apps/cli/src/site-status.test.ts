import type { Peer } from '@atoll/cluster'
import type { ReplicationEvent, Role } from '@atoll/replication'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SiteDatabase } from './database.ts'
import { openSiteStatus } from './site-status.ts'

beforeEach(() => void vi.useFakeTimers({ now: 0 }))
afterEach(() => void vi.useRealTimers())

/** What a node knows of itself, a, and of one other, b. */
function openNode() {
  const roles = { a: 'primary', b: 'replica' } as Record<string, Role['kind']>
  const epochs: Record<string, number> = { a: 1, b: 1 }
  const listeners = new Set<() => void>()
  const peer = () => ({ name: 'b', region: 'iad', version: '1', address: 'b:1', facts: factsOf('b') })
  const factsOf = (name: 'a' | 'b') => ({ role: { kind: roles[name] }, epoch: epochs[name] })
  let tellRole = () => {}

  async function* events(): AsyncGenerator<ReplicationEvent> {
    for (;;) {
      yield { kind: 'role' } as ReplicationEvent
      await new Promise<void>((resolve) => {
        tellRole = resolve
      })
    }
  }

  const database = {
    kind: 'litefs',
    placement: { region: 'lhr' },
    facts: () => factsOf('a'),
    replication: { position: async () => undefined, events },
    node: {
      name: 'a',
      peers: () => [peer() as unknown as Peer],
      handle: () => () => {},
      announce: () => {},
      call: async () => undefined,
      onPeersChange: (listener: () => void) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    },
  }
  return {
    status: openSiteStatus(database as unknown as SiteDatabase),
    async become(name: 'a' | 'b', role: Role['kind'], epoch = 1) {
      roles[name] = role
      epochs[name] = epoch
      if (name === 'a') tellRole()
      else for (const listener of listeners) listener()
      await vi.advanceTimersByTimeAsync(0)
    },
  }
}

describe('openSiteStatus', () => {
  it('says how long a handover took that came and went between two looks at the nodes', async () => {
    const { status, become } = openNode()
    await vi.advanceTimersByTimeAsync(2500)
    await become('a', 'replica')
    await vi.advanceTimersByTimeAsync(30)
    await become('b', 'primary')
    expect(status.failovers!()).toEqual([{ at: '1970-01-01T00:00:02.530Z', from: 'a', to: 'b', durationMs: 30 }])
    await vi.advanceTimersByTimeAsync(500)
    await become('b', 'replica')
    await become('a', 'primary')
    expect(status.failoverCount!()).toBe(2)
    await status.close()
  })

  it('names the primary of the newer epoch while one that was overtaken still says that it is the primary', async () => {
    const { status, become } = openNode()
    await become('a', 'primary')
    await become('b', 'primary', 2)
    const roles = () => Object.fromEntries(status.nodes!().map(({ name, role }) => [name, role]))
    expect(roles()).toEqual({ a: 'unknown', b: 'primary' })
    expect(status.failovers!()).toMatchObject([{ from: 'a', to: 'b' }])
    await become('a', 'primary', 3)
    expect(roles()).toEqual({ a: 'primary', b: 'unknown' })
    await status.close()
  })
})
