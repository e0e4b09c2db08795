import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, type TestContext } from 'vitest'
import { compareDatabases } from './compare.ts'

function compare(t: TestContext, copy: string, current: string, except?: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-salvage #?-'))
  t.onTestFinished(() => rmSync(folder, { recursive: true }))
  const files = { copy: join(folder, 'copy.db'), current: join(folder, 'current.db') }
  for (const [name, sql] of [
    ['copy', copy],
    ['current', current],
  ] as const) {
    const database = new Database(files[name])
    database.exec(sql)
    database.close()
  }
  return [...compareDatabases({ ...files, ...(except && { except }) })]
}

const notes = 'create table notes (id integer primary key, text);'

describe('compareDatabases', () => {
  it('finds nothing when the cluster has all that the copy had, and more', (t) => {
    const copy = `${notes} insert into notes values (1, 'a')`
    expect(compare(t, copy, `${notes} insert into notes values (1, 'a'), (2, 'b')`)).toEqual([])
  })

  it('finds the rows that are missing and those that are other ones now', (t) => {
    const found = compare(
      t,
      `${notes} insert into notes values (1, 'same'), (2, 'lost'), (3, 'mine')`,
      `${notes} insert into notes values (1, 'same'), (3, 'theirs')`,
    )
    expect(found).toEqual([
      { table: 'notes', row: { id: 2n, text: 'lost' }, now: undefined },
      { table: 'notes', row: { id: 3n, text: 'mine' }, now: { id: 3n, text: 'theirs' } },
    ])
  })

  it('compares what both have when one of them has other columns', (t) => {
    const wider = 'create table notes (id integer primary key, text, added)'
    expect(compare(t, `${notes} insert into notes values (1, 'a')`, wider)).toMatchObject([
      { row: { id: 1n, text: 'a' } },
    ])
  })

  it('takes a table that the cluster has not for rows that are all missing', (t) => {
    expect(compare(t, `${notes} insert into notes values (1, 'a')`, 'create table others (a)')).toHaveLength(1)
  })

  it('keeps bytes, nulls and large numbers as they are, and knows keys of several columns', (t) => {
    const table = 'create table parts (a, b, value, primary key (a, b)) without rowid;'
    const found = compare(
      t,
      `${table} insert into parts values (1, 'x', x'00ff'), (2, 'y', 9007199254740993), (3, 'z', null)`,
      `${table} insert into parts values (1, 'x', x'01')`,
    )
    expect(found.map(({ row }) => row.value)).toEqual([Buffer.from([0, 255]), 9007199254740993n, null])
    expect(found[0]!.now!.value).toEqual(Buffer.from([1]))
  })

  it('leaves out what it is told to, and what SQLite keeps behind a full-text index', (t) => {
    const copy = `${notes} insert into notes values (1, 'a'); create virtual table search using fts5(text); insert into search values ('a')`
    expect(compare(t, copy, `${notes} create virtual table search using fts5(text)`, ['notes'])).toEqual([])
  })
})
