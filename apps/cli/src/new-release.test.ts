import type { NodeState } from '@atoll/repo'
import { describe, expect, it, type TestContext } from 'vitest'
import { askToLead, type NewReleaseOptions } from './new-release.ts'

type Answer = (payload: unknown, from: { node: string }) => Promise<unknown>

/** A node whose only peer is the primary at `there`; what it asks is counted. */
function run(
  t: TestContext,
  given: {
    database: string
    leadership?: string
    role?: NewReleaseOptions['replication']['role']
    isRefused?: boolean
    isCandidate?: boolean
    /** Nodes that could lead, by their releases. */
    others?: Record<string, string>
    unfit?: string[]
  },
) {
  const ending = new AbortController()
  const asked: { address: string; to: string[] }[] = []
  const handedTo: string[] = []
  let answer: Answer | undefined
  let { database } = given
  const ended = askToLead({
    node: {
      name: 'here',
      peers: () => peersOf(given.others ?? {}),
      locate: () => ({ address: 'there' }),
      call: async (address, _, payload) => void asked.push({ address, ...(payload as { to: string[] }) }),
      handle: (_, handler) => {
        answer = handler as Answer
        return () => {}
      },
    },
    replication: { role: given.role ?? { kind: 'replica', primary: 'other' } },
    state: () => ({ database: { kind: database }, leadership: given.leadership }) as NodeState,
    version: 'new',
    isCandidate: given.isCandidate ?? true,
    wasRefused: () => given.isRefused ?? false,
    async handOver(to) {
      if (given.unfit?.includes(to)) throw new Error(`${to} is not in sync`)
      handedTo.push(to)
    },
    log: { info: () => {}, warn: () => {} } as unknown as NewReleaseOptions['log'],
    signal: ending.signal,
    patienceMs: 1,
    everyMs: 1,
  })
  t.onTestFinished(() => {
    ending.abort()
    return ended
  })
  return {
    asked,
    handedTo,
    ask: (from: string, payload?: { to: string[] }) => answer!(payload, { node: from }),
    become: (next: string) => (database = next),
  }
}

function peersOf(releases: Record<string, string>) {
  return Object.entries(releases).map(([name, version]) => {
    return { name, version, region: 'here', address: name, facts: { candidate: true } }
  })
}

describe('a release that needs a newer schema than the primary makes', () => {
  it('asks the primary to hand over, and no more once the schema is there', async (t) => {
    const node = run(t, { database: 'waiting_for_schema' })
    await expect.poll(() => node.asked[0]).toEqual({ address: 'there', to: ['here'] })
    node.become('ready')
    await new Promise((resolve) => setTimeout(resolve, 10))
    const { length } = node.asked
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(node.asked).toHaveLength(length)
  })

  it.for([
    ['it has the schema', { database: 'ready' }],
    ['it is primary itself', { database: 'waiting_for_schema', role: { kind: 'primary' } }],
    ['no primary is known', { database: 'waiting_for_schema', role: { kind: 'unknown' } }],
  ] as const)('asks nobody when %s', async ([, given], t) => {
    const node = run(t, given)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(node.asked).toEqual([])
  })

  it('asks too when the primary refused an operation that it does not know', async (t) => {
    const node = run(t, { database: 'ready', isRefused: true })
    await expect.poll(() => node.asked[0]).toEqual({ address: 'there', to: ['here'] })
  })

  it('names the candidates of its release, and itself only when it is one', async (t) => {
    const node = run(t, { database: 'ready', isRefused: true, isCandidate: false, others: { a: 'old', b: 'new' } })
    await expect.poll(() => node.asked[0]).toEqual({ address: 'there', to: ['b'] })
  })

  it('is passed over for another of its release when it is not in sync', async (t) => {
    const primary = run(t, { database: 'ready', leadership: 'leading', unfit: ['first'] })
    await primary.ask('first', { to: ['first', 'second'] })
    expect(primary.handedTo).toEqual(['second'])
    await expect(primary.ask('first', { to: ['first'] })).rejects.toThrow('first is not in sync')
  })

  it('is handed the lease by a primary that leads, and not by one that migrates', async (t) => {
    const leading = run(t, { database: 'ready', leadership: 'leading' })
    await leading.ask('new')
    expect(leading.handedTo).toEqual(['new'])
    const migrating = run(t, { database: 'ready', leadership: 'closed' })
    await expect(migrating.ask('new')).rejects.toThrow('does not lead')
  })
})
