import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownTables } from '@atoll/repo'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { openBlog } from '../open.ts'
import { migrations } from './migrations.ts'

/** Of everything SQLite was told to create, but for the repo's own tables. A new one changes it; an old one must not. */
const schemas = {
  '001-content': 'fd39a4464c7c0eea',
  '002-originals': '41dbe8059883bda0',
  '003-reactions': '8b6834ccfe27c204',
  '004-verifications': '044a189fcc172ec9',
  '005-pages-in-search': '71b7d9862f703d28',
  '006-retired-blobs': '4a31dba7feafb85f',
}

it('a migration that has landed is never edited', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'schema-'))
  const repo = await openBlog({ file: join(folder, 'atoll.db') })
  const { rows } = await sql<{ sql: string }>`
    select sql from sqlite_master where sql is not null and tbl_name not glob 'kysely*'
      and tbl_name not glob 'repo*' and tbl_name not in (${sql.join(ownTables)}) order by name`.execute(repo.db)
  await repo.close()
  rmSync(folder, { recursive: true })

  expect(Object.keys(migrations)).toEqual(Object.keys(schemas))
  const hash = createHash('sha256')
    .update(rows.map((row) => row.sql).join('\n'))
    .digest('hex')
  expect(hash.slice(0, 16)).toBe(Object.values(schemas).at(-1))
})
