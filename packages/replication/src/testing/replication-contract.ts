import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Position, Replication, ReplicationEvent } from '../index.ts'

/** A replication on a node that may write, and a way to write there that is not the replication's. */
export interface ReplicationUnderTest {
  replication: Replication
  /** Makes the database, in WAL mode, with a table `numbers (n)`. */
  create(): Promise<void>
  /** Commits one transaction that adds `n` to `numbers`. */
  commit(n: number): Promise<void>
  end(): Promise<void>
}

/** What every implementation of `Replication` does. `start` gives one that has no database yet. */
export function describeReplication(name: string, start: () => Promise<ReplicationUnderTest>) {
  describe(`${name} replication`, () => {
    let node: ReplicationUnderTest
    let listening: AbortController

    beforeEach(async () => {
      listening = new AbortController()
      node = await start()
    })
    afterEach(async () => {
      listening.abort()
      await node.replication.close()
      await node.end()
    })

    it('has no position while there is no database', async () => {
      expect(await node.replication.position()).toBeUndefined()
      await node.create()
      expect(await node.replication.position()).toMatchObject({ checksum: expect.stringMatching(/^[0-9a-f]{16}$/) })
    })

    it('moves its position with a commit and only with one', async () => {
      await node.create()
      const before = (await node.replication.position())!
      expect(await node.replication.position()).toEqual(before)
      await node.commit(1)
      const after = (await node.replication.position())!
      expect(after.txid).toBeGreaterThan(before.txid)
    })

    it('starts its events with the role, and says that this node is the primary', async () => {
      const events = node.replication.events(listening.signal)
      const first = await next(events)
      expect(first.kind).toBe('role')
      const role = isPrimary(first) ? first : await find(events, isPrimary)
      expect(role).toEqual({ kind: 'role', role: { kind: 'primary' } })
      expect(node.replication.role).toEqual({ kind: 'primary' })
    })

    it('tells every listener of a commit made while it listens', async () => {
      await node.create()
      const [one, other] = [node.replication.events(listening.signal), node.replication.events(listening.signal)]
      await Promise.all([find(one, isPrimary), find(other, isPrimary)])
      await node.commit(1)
      const position = (await node.replication.position())!
      const reached = (event: ReplicationEvent) => event.kind === 'transaction' && covers(event.position, position)
      await Promise.all([find(one, reached), find(other, reached)])
    })

    it('ends one listening with its signal and all with close', async () => {
      const own = new AbortController()
      const [one, other] = [node.replication.events(own.signal), node.replication.events(listening.signal)]
      await next(other)
      own.abort()
      for await (const _ of one) throw new Error('an aborted listener heard something')
      await node.replication.close()
      for await (const _ of other) if (node.replication.role.kind === 'unknown') throw new Error('it went on')
      await node.replication.close()
      await expect(node.replication.position()).rejects.toMatchObject({ code: 'closed' })
    })

    it('gives a snapshot that is a whole database', async () => {
      await expect(node.replication.snapshot()).rejects.toMatchObject({ code: 'no_database' })
      await node.create()
      for (const n of [1, 2, 3]) await node.commit(n)
      expect(await numbersIn(await node.replication.snapshot())).toEqual([1, 2, 3])
    })

    it('has nothing to do for a promotion of the primary', async () => {
      await find(node.replication.events(listening.signal), isPrimary)
      await node.replication.promote()
      expect(node.replication.role).toEqual({ kind: 'primary' })
    })
  })
}

function isPrimary(event: ReplicationEvent): boolean {
  return event.kind === 'role' && event.role.kind === 'primary'
}

function covers(position: Position, wanted: Position): boolean {
  return position.txid > wanted.txid || (position.txid === wanted.txid && position.checksum === wanted.checksum)
}

async function next(events: AsyncIterable<ReplicationEvent>): Promise<ReplicationEvent> {
  const { value, done } = await events[Symbol.asyncIterator]().next()
  if (done) throw new Error('the events ended')
  return value
}

async function find(events: AsyncIterable<ReplicationEvent>, wanted: (event: ReplicationEvent) => boolean) {
  for (;;) {
    const event = await next(events)
    if (wanted(event)) return event
  }
}

async function numbersIn(snapshot: ReadableStream<Uint8Array>): Promise<number[]> {
  const folder = await mkdtemp(join(tmpdir(), 'snapshot-'))
  try {
    const file = join(folder, 'copy.db')
    await writeFile(file, snapshot)
    const copy = new SQLite(file)
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok')
    const numbers = copy.prepare<[], number>('select n from numbers order by n').pluck().all()
    copy.close()
    return numbers
  } finally {
    await rm(folder, { recursive: true })
  }
}
