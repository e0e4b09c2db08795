import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openLitefs, type Replication, type ReplicationEvent, type Role } from '../packages/replication/src/index.ts'
import { describeReplication } from '../packages/replication/src/testing/replication-contract.ts'
import { type Cluster, type ClusterNode, eventually, litefs, openCluster } from './harness/index.ts'

let cluster: Cluster
const ends: (() => unknown)[] = []

beforeAll(async () => {
  cluster = await openCluster({ title: 'replication', parts: [litefs({ ttl: '2s' })] })
})
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})
afterAll(() => cluster.close())

let databases = 0

describeReplication('LiteFS', async () => {
  const primary = await cluster.primary()
  const database = `numbers-${++databases}.db`
  let writer: SQLite.Database | undefined
  return {
    replication: follow(primary, database),
    async create() {
      writer = create(primary, database)
    },
    async commit(n) {
      writer!.prepare('insert into numbers values (?)').run(n)
    },
    async end() {
      writer?.close()
    },
  }
})

describe('openLitefs', () => {
  it('follows the primary on a replica, to the same position', async () => {
    const [primary, replica] = [await cluster.primary(), await cluster.replica()]
    const database = `numbers-${++databases}.db`
    const there = follow(replica, database)
    const heard = listen(there)
    await eventually('the replica knows its primary', () => nameOf(there.role) === `replica of ${primary.name}`)
    const writer = create(primary, database)
    for (const n of [1, 2, 3]) writer.prepare('insert into numbers values (?)').run(n)
    const position = (await follow(primary, database).position())!
    await eventually('the position is told', () =>
      heard.some((event) => event.kind === 'transaction' && event.position.checksum === position.checksum),
    )
    expect(await there.position()).toEqual(position)
  })

  it('takes over a promotion without ever following itself', async () => {
    const [primary, replica] = [await cluster.primary(), await cluster.replica()]
    const [old, next] = [follow(primary, 'any.db'), follow(replica, 'any.db')]
    await eventually('both know their roles', () => old.role.kind === 'primary' && next.role.kind === 'replica')
    const heard = [old, next].map(listen)
    await next.promote()
    await eventually('the roles have changed', () => nameOf(old.role) === `replica of ${replica.name}`)
    await eventually('the target leads', () => next.role.kind === 'primary')
    expect(rolesIn(heard[0]!)).not.toContain(`replica of ${primary.name}`)
    expect(rolesIn(heard[1]!)).not.toContain(`replica of ${replica.name}`)
  })

  it('says unknown while there is no primary, and learns the next one', async () => {
    const primary = await cluster.primary()
    const replicas = await cluster.replicas()
    const followers = replicas.map((node) => follow(node, 'any.db'))
    const dead = follow(primary, 'any.db')
    await eventually('all know their roles', () => [dead, ...followers].every(({ role }) => role.kind !== 'unknown'))
    const heard = followers.map(listen)
    await primary.kill('litefs')
    await eventually('nobody is taken for the primary', () =>
      [dead, ...followers].every(({ role }) => role.kind === 'unknown'),
    )
    const next = await cluster.primary({ timeoutMs: 30_000 })
    await eventually('one leads and the other follows it', () => {
      const roles = followers.map(({ role }) => nameOf(role)).toSorted()
      return roles[0] === 'primary' && roles[1] === `replica of ${next.name}`
    })
    for (const events of heard) expect(rolesIn(events).slice(1)).not.toContain(`replica of ${primary.name}`)

    await primary.restart('litefs')
    await eventually('the stream is back after a restart', () => nameOf(dead.role) === `replica of ${next.name}`)
  }, 90_000)
})

function follow(node: ClusterNode, database: string): Replication {
  const url = `http://${node.urlHost}:20202`
  const replication = openLitefs({ mount: node.mount, database, url, hostname: node.name })
  ends.push(() => replication.close())
  return replication
}

function create(node: ClusterNode, database: string): SQLite.Database {
  const writer = new SQLite(join(node.mount, database))
  writer.pragma('journal_mode = wal')
  writer.exec('create table numbers (n integer)')
  ends.push(() => writer.close())
  return writer
}

/** Everything said from now on. */
function listen(replication: Replication): ReplicationEvent[] {
  const heard: ReplicationEvent[] = []
  const stop = new AbortController()
  ends.push(() => stop.abort())
  void (async () => {
    for await (const event of replication.events(stop.signal)) heard.push(event)
  })()
  return heard
}

function rolesIn(events: ReplicationEvent[]): string[] {
  return events.flatMap((event) => (event.kind === 'role' ? [nameOf(event.role)] : []))
}

function nameOf(role: Role): string {
  return role.kind === 'replica' ? `replica of ${role.primary}` : role.kind
}
