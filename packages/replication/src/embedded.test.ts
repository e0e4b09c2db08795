import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openEmbedded } from './index.ts'
import { describeReplication } from './testing/replication-contract.ts'

describeReplication('embedded', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'replication-'))
  const file = join(folder, 'numbers.db')
  let writer: SQLite.Database | undefined
  return {
    replication: openEmbedded({ file, lookEveryMs: 5 }),
    async create() {
      writer = new SQLite(file)
      writer.pragma('journal_mode = wal')
      writer.exec('create table numbers (n integer)')
    },
    async commit(n) {
      writer!.prepare('insert into numbers values (?)').run(n)
    },
    async end() {
      writer?.close()
      rmSync(folder, { recursive: true })
    },
  }
})

describe('openEmbedded', () => {
  it('never takes a position of one opening for a position of another', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'replication-'))
    const file = join(folder, 'numbers.db')
    new SQLite(file).exec('create table numbers (n integer)').close()
    const [one, other] = [openEmbedded({ file }), openEmbedded({ file })]
    try {
      expect((await one.position())!.checksum).not.toBe((await other.position())!.checksum)
    } finally {
      await Promise.all([one.close(), other.close()])
      rmSync(folder, { recursive: true })
    }
  })
})
