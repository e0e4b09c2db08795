import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { openBlog } from '../open.ts'
import { migrations } from './migrations.ts'

/** Of everything SQLite was told to create. A new migration changes it; an old one must not. */
const schemas = {
  '001-content': '0c01297fceb552b1',
  '002-originals': 'bafff0dfd51bfbcc',
  '003-reactions': 'bdd8f3f4f39f16a0',
}

it('a migration that has landed is never edited', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'schema-'))
  const repo = await openBlog({ file: join(folder, 'atoll.db') })
  const { rows } = await sql<{ sql: string }>`
    select sql from sqlite_master where sql is not null and name not like 'kysely%' order by name`.execute(repo.db)
  await repo.close()
  rmSync(folder, { recursive: true })

  expect(Object.keys(migrations)).toEqual(Object.keys(schemas))
  const hash = createHash('sha256')
    .update(rows.map((row) => row.sql).join('\n'))
    .digest('hex')
  expect(hash.slice(0, 16)).toBe(Object.values(schemas).at(-1))
})
