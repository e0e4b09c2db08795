import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { type ClusterNode, eventually, startCluster } from './harness/index.ts'

describe('a cluster', () => {
  it('carries a write from the primary to every replica', async (t) => {
    const cluster = await startCluster(t)
    const primary = await cluster.primary()
    expect(primary.name).toBe('n1')
    write(primary, 'hello')
    await cluster.caughtUp()
    for (const replica of await cluster.replicas()) expect(read(replica)).toEqual(['hello'])
  })
})

function write(node: ClusterNode, text: string) {
  using database = open(node)
  database.exec('create table if not exists notes (text)')
  database.prepare('insert into notes values (?)').run(text)
}

function read(node: ClusterNode): unknown[] {
  using database = open(node)
  return database.prepare('select text from notes').pluck().all()
}

function open(node: ClusterNode) {
  const database = new Database(join(node.mount, 'app.db'))
  database.pragma('journal_mode = wal')
  return Object.assign(database, { [Symbol.dispose]: () => void database.close() })
}
