import type { NodeState } from '@atoll/repo'
import { describe, expect, it, type TestContext } from 'vitest'
import { askToMigrate, type NewReleaseOptions } from './new-release.ts'

type Answer = (payload: unknown, from: { node: string }) => Promise<unknown>

/** A node whose only peer is the primary at `there`; what it asks is counted. */
function run(
  t: TestContext,
  given: { database: string; leadership?: string; role?: NewReleaseOptions['replication']['role'] },
) {
  const ending = new AbortController()
  const asked: string[] = []
  const handedTo: string[] = []
  let answer: Answer | undefined
  let { database } = given
  const ended = askToMigrate({
    node: {
      name: 'here',
      locate: () => ({ address: 'there' }),
      call: async (address) => void asked.push(address),
      handle: (_, handler) => {
        answer = handler as Answer
        return () => {}
      },
    },
    replication: { role: given.role ?? { kind: 'replica', primary: 'other' } },
    state: () => ({ database: { kind: database }, leadership: given.leadership }) as NodeState,
    handOver: async (to) => void handedTo.push(to),
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
    ask: (from: string) => answer!(undefined, { node: from }),
    become: (next: string) => (database = next),
  }
}

describe('a release that needs a newer schema than the primary makes', () => {
  it('asks the primary to hand over, and no more once the schema is there', async (t) => {
    const node = run(t, { database: 'waiting_for_schema' })
    await expect.poll(() => node.asked[0]).toBe('there')
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

  it('is handed the lease by a primary that leads, and not by one that migrates', async (t) => {
    const leading = run(t, { database: 'ready', leadership: 'leading' })
    await leading.ask('new')
    expect(leading.handedTo).toEqual(['new'])
    const migrating = run(t, { database: 'ready', leadership: 'closed' })
    await expect(migrating.ask('new')).rejects.toThrow('does not lead')
  })
})
