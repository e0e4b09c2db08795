import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { RepoMigration, RepoSchema } from '../schema.ts'
import { schema as notes } from '../testing/notes-schema.ts'
import { addNote, openTestEngines } from '../testing/open-engines.ts'

const create = (table: string): RepoMigration => ({
  text: `create table ${table} (id integer primary key)`,
  up: async (db) => void (await sql.raw(`create table ${table} (id integer primary key)`).execute(db)),
})

/** Reigns under one schema after the other: the program changes, the file stays. */
async function openChanging(migrations: RepoSchema['migrations']) {
  const schema: RepoSchema = { ...notes, migrations: { ...notes.migrations, ...migrations } }
  const engines = await openTestEngines({ schema })
  return {
    ...engines,
    change(next: RepoSchema['migrations']) {
      schema.migrations = { ...notes.migrations, ...next }
    },
    names: () => engines.sqlite.prepare<[], string>('select name from kysely_migration order by name').pluck().all(),
    tables: () =>
      engines.sqlite.prepare<[], string>("select name from sqlite_master where type = 'table'").pluck().all(),
  }
}

describe('migrations', () => {
  it('run in the order of their names, once, when a reign begins, and take no commit number', async () => {
    const { change, beginReign, names, write } = await openChanging({ '002-a': create('a') })
    const [before] = await write({ body: addNote('x') })
    change({ '003-b': create('b'), '002-a': create('a') })
    const { token } = await beginReign()
    expect(names()).toEqual(['001-notes', '002-a', '003-b'])
    expect(token).toMatchObject({ epoch: { number: 2 }, commit: before!.committed!.token.commit })
  })

  it('leave nothing half-done: one that fails is rolled back, the ones before it stay, and no reign begins', async () => {
    const { change, beginReign, names, tables, write } = await openChanging({})
    change({
      '002-a': create('a'),
      '003-broken': {
        async up(db) {
          await create('half').up(db)
          throw new Error('and no further')
        },
      },
    })
    await expect(beginReign()).rejects.toThrow(/migration_failed.*003-broken failed: and no further/)
    expect(names()).toEqual(['001-notes', '002-a'])
    expect(tables()).not.toContain('half')
    expect(await write({ body: addNote('x') })).toMatchObject([{ error: { code: 'not_primary' } }])
  })

  it('are refused when one that ran has another text now, or one was put between them', async () => {
    const { change, beginReign } = await openChanging({ '002-a': create('a'), '004-c': create('c') })
    change({ '002-a': { ...create('a'), text: 'something else' }, '004-c': create('c') })
    await expect(beginReign()).rejects.toThrow(/migration_edited.*002-a was edited/)
    change({ '002-a': create('a'), '003-b': create('b'), '004-c': create('c') })
    await expect(beginReign()).rejects.toThrow(/migration_edited/)
  })

  it('of a later release do not keep an earlier one from writing in a cluster, and do on one machine', async () => {
    const { change, beginReign, write } = await openChanging({ '002-widened': create('wide') })
    change({})
    await beginReign()
    expect(await write({ body: addNote('x') })).toMatchObject([{ kind: 'done' }])
    await expect(beginReign(true)).rejects.toThrow(/newer_database.*002-widened/)
  })

  it('that this release needs are waited for by its readers, who say which', async () => {
    const { change, beginReign, read } = await openChanging({})
    change({ '002-a': create('a') })
    expect(await read('select 1')).toMatchObject({ kind: 'failed', error: { code: 'schema_behind', message: /002-a/ } })
    await beginReign()
    expect(await read('select 1')).toMatchObject({ kind: 'rows' })
  })
})
