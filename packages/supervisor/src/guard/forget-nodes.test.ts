import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Consul, ConsulStep } from './consul-client.ts'
import type { ConsulWatch } from './consul-watch.ts'
import type { Disk } from './disk.ts'
import { forgetNodes } from './forget-nodes.ts'
import type { InSyncSet } from './in-sync-set.ts'
import type { Lease } from './lease.ts'
import type { Peer, Peers } from './peers.ts'
import { keysOf } from './records.ts'

const keys = keysOf('lease')
const hour = 3_600_000

/** A guard that knows `b`, which was last heard and seen writing at the start; `members` are of the newest set. */
function knows({ members = ['a'], leads = true }: { members?: string[]; leads?: boolean }) {
  let now = 0
  const mocked = vi.spyOn(performance, 'now').mockImplementation(() => now)
  onTestFinished(() => mocked.mockRestore())
  const given = { records: [{ node: 'b', index: 7 }], consulClearSince: 0 }
  const peers = new Map([['b', { node: 'b', silentForMs: () => now } as Partial<Peer> as Peer]])
  const dropped: ConsulStep[][] = []
  const set = { members: members.map((node) => ({ node })) } as InSyncSet
  const review = forgetNodes({
    ...{ keys, forgetAfterMs: hour },
    consul: {
      async transact(steps: readonly ConsulStep[]) {
        dropped.push([...steps])
        given.records = []
        return { kind: 'done' }
      },
    } as unknown as Consul,
    lease: (leads ? { reign: { term: 3, set } } : {}) as Lease,
    disk: { newestSet: set } as Disk,
    peers: { all: () => [...peers.values()], forget: (node: string) => void peers.delete(node) } as Peers,
    watch: {
      get picture() {
        return { nodes: given.records }
      },
      get clearForMs() {
        return now - given.consulClearSince
      },
    } as unknown as ConsulWatch,
  })
  return {
    ...{ given, dropped, known: () => [...peers.keys()] },
    async at(ms: number) {
      now = ms
      await review()
    },
  }
}

describe('a node that is gone', () => {
  it('is forgotten by whoever leads after its time, unless it wrote meanwhile, and then by everybody', async () => {
    const guard = knows({})
    await guard.at(0)
    await guard.at(hour - 1)
    expect([guard.dropped, guard.known()]).toEqual([[], ['b']])
    await guard.at(hour)
    expect(guard.dropped).toEqual([
      [
        { verb: 'check-index', key: 'lease', index: 3 },
        { verb: 'check-index', key: 'lease/nodes/b', index: 7 },
        { verb: 'delete', key: 'lease/nodes/b' },
      ],
    ])
    await guard.at(hour + 1000)
    expect(guard.known()).toEqual([])
  })

  it('starts its time again when it writes', async () => {
    const guard = knows({})
    await guard.at(0)
    guard.given.records = [{ node: 'b', index: 8 }]
    await guard.at(hour - 1)
    await guard.at(hour)
    expect(guard.dropped).toEqual([])
  })

  it('is not forgotten for an hour in which nobody could write', async () => {
    const guard = knows({})
    await guard.at(0)
    guard.given.consulClearSince = hour
    await guard.at(hour + 1000)
    expect(guard.dropped).toEqual([])
  })

  it('is never forgotten as a member: after Consul was wiped it is the one to ask', async () => {
    const guard = knows({ members: ['a', 'b'] })
    await guard.at(0)
    await guard.at(hour)
    guard.given.records = []
    await guard.at(hour + 60_000)
    expect([guard.dropped, guard.known()]).toEqual([[], ['b']])
  })

  it('is forgotten in Consul by nobody but the leader', async () => {
    const guard = knows({ leads: false })
    await guard.at(0)
    await guard.at(hour)
    expect(guard.dropped).toEqual([])
  })
})
