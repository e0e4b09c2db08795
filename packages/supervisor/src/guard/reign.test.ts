import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Consul, ConsulStep } from './consul-client.ts'
import { openDisk } from './disk.ts'
import { type Member, withMember } from './in-sync-set.ts'
import { thisMoment } from './moment.ts'
import { keysOf, type Picture } from './records.ts'
import { beginReign } from './reign.ts'
import { timing } from './timing.ts'

const keys = keysOf('lease')
const member = (node: string): Member => ({ node, disk: `disk of ${node}`, address: `${node}:1` })

/** The keys of a Consul, whose answers can be held up or lost. What a real one does is tested in cluster-tests/guard. */
function consulWithLease() {
  const held = { index: 7, session: 'ours' as string | undefined, setIndex: 1 }
  const given = { beforeAnswer: async () => {}, losesAnswers: false }
  const isTrue = (step: ConsulStep) => {
    if (step.verb === 'check-index') return step.index === held.index
    if (step.verb === 'check-session') return step.session === held.session
    return step.verb !== 'cas' || step.index === held.setIndex
  }
  const consul: Consul = {
    list: async () => [],
    async transact(steps) {
      const isDone = steps.every(isTrue)
      if (isDone && steps.some(({ verb }) => verb === 'unlock')) held.session = undefined
      if (isDone && steps.some(({ verb }) => verb === 'cas')) held.setIndex += 1
      await given.beforeAnswer()
      if (given.losesAnswers) throw new Error('no answer')
      return isDone ? { kind: 'done', indexes: new Map([[keys.set, held.setIndex]]) } : { kind: 'refused', reason: '' }
    },
    createSession: async () => 'ours',
    renewSession: async () => true,
    destroySession: async () => {},
  }
  return { consul, held, given }
}

async function reignOn(consul: Consul) {
  const folder = mkdtempSync(join(tmpdir(), 'reign-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const reign = beginReign({
    ...{ consul, keys, disk: await openDisk(folder), node: 'a', session: 'ours', term: 7, beginsAnew: false },
    set: { value: { lineage: 'one', version: 1, members: [member('a'), member('b')], removed: [] }, index: 1 },
    ...{ startedAt: thisMoment(), acked: () => undefined, onChange() {} },
    log: { info() {}, warn() {}, error() {} },
  })
  onTestFinished(() => reign.end('the test is over'))
  return reign
}

/** A change of its set was carried out, and Consul says nothing. */
async function reignWithUnansweredChange() {
  const { consul, held, given } = consulWithLease()
  const reign = await reignOn(consul)
  given.losesAnswers = true
  reign.changeSet((set) => withMember(set, member('c'))).catch(() => {})
  await expect.poll(() => held.setIndex).toBe(2)
  return { reign, held, given }
}

/** Our lease, and a set of that index. */
function showing(index: number): Picture {
  const lease = { index: 7, session: 'ours', value: undefined }
  return { lease, heartbeat: undefined, set: { index, value: undefined }, clusterId: undefined, nodes: [] }
}

describe('a reign', () => {
  it('ends when another holds the lease, though by the index that it knows: Consul may have been wiped', async () => {
    const { consul, held } = consulWithLease()
    held.session = 'of another'
    const reign = await reignOn(consul)
    await expect.poll(() => reign.ended.aborted).toBe(true)
  })

  it('is proven from when its heartbeat was sent, however late the answer comes', async () => {
    const { consul, given } = consulWithLease()
    const answer = Promise.withResolvers<void>()
    given.beforeAnswer = () => answer.promise
    const reign = await reignOn(consul)
    const [sentBefore, first] = [thisMoment().monotonic, reign.provenUntil]
    await expect.poll(() => thisMoment().monotonic - sentBefore).toBeGreaterThan(20)
    answer.resolve()
    await expect.poll(() => reign.provenUntil).not.toBe(first)
    expect(reign.provenUntil.monotonic).toBeLessThanOrEqual(sentBefore + timing.provenFor)
  })

  it('gives the lease back when Consul shows another set than its own, unless that look was asked for before', async () => {
    const { consul, held } = consulWithLease()
    const reign = await reignOn(consul)
    const before = performance.now()
    await reign.changeSet((set) => withMember(set, member('c')))
    reign.sawSet(showing(held.setIndex - 1), before)
    reign.sawSet(showing(held.setIndex), performance.now())
    expect(reign.ended.aborted).toBe(false)
    reign.sawSet(showing(held.setIndex - 1), performance.now())
    expect(reign.ended.aborted).toBe(true)
    await expect.poll(() => held.session).toBeUndefined()
  })

  it('goes by no set that Consul shows while it does not know what became of a change of its own', async () => {
    const { reign } = await reignWithUnansweredChange()
    reign.sawSet(showing(2), performance.now())
    expect(reign.ended.aborted).toBe(false)
  })

  it('gives the lease back also while nobody knows what became of a change of its set', async () => {
    const { reign, held, given } = await reignWithUnansweredChange()
    given.losesAnswers = false
    await reign.release({ leave: true })
    expect(held.session).toBeUndefined()
  })
})
