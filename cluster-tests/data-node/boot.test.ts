import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { type Cluster, type ClusterNode, eventually, litefs } from '../harness/index.ts'
import { type DataNodeOptions, dataNode, openDataCluster, read, ready, run, state } from './driver.ts'
import { databaseName } from './settings.ts'

const later = ['002-mark', '003-mark', '004-mark']
let cluster: Cluster

afterEach(() => cluster.close())

/** A cluster whose nodes run the release that `releases` names when they start. */
async function open(title: string, releases: Map<string, DataNodeOptions['schema']>, start: boolean) {
  const app = dataNode((node) => ({ schema: releases.get(node.name) ?? 'schema' }))
  cluster = await openDataCluster(title, { parts: [litefs({ ttl: '2s' }), app], consul: { durable: true }, start })
}

async function marks(node: ClusterNode): Promise<string[]> {
  const { rows } = await read<{ name: string }>(node, { sql: 'select name from marks order by rowid', parameters: [] })
  return rows.map(({ name }) => name)
}

/** What the file holds, whatever the application is doing. */
function inFile<Row>(node: ClusterNode, sql: string): Row[] {
  const database = new SQLite(join(node.mount, databaseName), { readonly: true })
  try {
    return database.prepare<[], Row>(sql).all()
  } finally {
    database.close()
  }
}

describe('migrations', () => {
  it('run once each when three nodes start together', async () => {
    const all = ['n1', 'n2', 'n3']
    await open('boot-together', new Map(all.map((name) => [name, 'slow-schema'])), false)
    await Promise.all(cluster.nodes.map((node) => node.start()))
    await ready(cluster)
    for (const node of cluster.nodes) expect(await marks(node)).toEqual(later)
  }, 90_000)

  it('leave nothing half-done when their primary dies, and old and new releases serve meanwhile', async () => {
    const releases = new Map<string, DataNodeOptions['schema']>()
    await open('migrate-and-die', releases, true)
    const primary = await cluster.primary()
    const [newer, older] = await cluster.replicas()
    await run(older!, { operation: 'numbers.add', input: { n: 1, node: 'before' } })

    releases.set(newer!.name, 'slow-schema').set(primary.name, 'slow-schema')
    await newer!.kill('app')
    await newer!.restart('app')
    await eventually('the newer release says what it waits for', async () => {
      const { database } = await state(newer!)
      return database.kind === 'waiting_for_schema' && database.missing.join() === later.join()
    })

    await primary.kill('app')
    const restarting = primary.restart('app')
    // Each migration is a transaction of its own: there is a moment after the first.
    await eventually('the first migration has run', () => inFile(older!, 'select * from marks').length > 0, {
      everyMs: 5,
    })
    await restarting
    await primary.kill('app')
    const done = inFile<{ name: string }>(older!, 'select name from kysely_migration order by name').map(
      ({ name }) => name,
    )
    const tables = inFile<{ name: string }>(older!, `select name from sqlite_master where name like 'made_by_%'`)
    expect(inFile(older!, 'select * from marks')).toHaveLength(tables.length)
    expect(done.filter((name) => later.includes(name))).toHaveLength(tables.length)

    await primary.restart('app')
    await ready(cluster)
    for (const node of cluster.nodes) expect(await marks(node)).toEqual(later)
    await run(older!, { operation: 'numbers.add', input: { n: 2, node: 'after' } })
    for (const node of [newer!, older!]) {
      const { rows } = await read(node, { sql: 'select n from numbers order by n', parameters: [] })
      expect(rows).toEqual([{ n: 1 }, { n: 2 }])
    }
  }, 120_000)
})

describe('a node that boots while Consul is down', () => {
  it('serves reads, knows that it knows no primary, and takes writes once Consul is back', async () => {
    const app = dataNode(() => ({ candidates: ['n1'] }))
    const parts = [litefs({ ttl: '2s' }), app]
    cluster = await openDataCluster('boot-without-consul', { nodes: 1, parts, consul: { durable: true } })
    const node = cluster.node('n1')
    await run(node, { operation: 'numbers.add', input: { n: 1, node: 'before' } })
    await cluster.consul.stop()
    await node.kill()
    // LiteFS shows its files and waits for Consul: the application does not wait with it.
    const starting = node.restart('litefs')
    await eventually('LiteFS has mounted its files', () => inFile(node, 'select n from numbers').length === 1)
    await app.start(node)
    await eventually('it answers reads', async () => {
      const { rows } = await read(node, { sql: 'select n from numbers', parameters: [] })
      return rows.length === 1
    })
    expect(await state(node)).toMatchObject({ role: { kind: 'unknown' }, leadership: 'unknown' })
    const write = (deadlineMs: number) =>
      run(node, { operation: 'numbers.add', input: { n: 2, node: 'early' }, options: { deadlineMs } })
    await expect(write(100)).rejects.toMatchObject({ code: 'no_primary', applied: 'no' })
    const parked = write(15_000)
    await cluster.consul.start()
    expect(await parked).toMatchObject({ copies: 1 })
    await starting
  }, 90_000)
})
