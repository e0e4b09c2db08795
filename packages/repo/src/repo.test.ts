import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeError, encodeError } from './errors.ts'
import { type CommitNotice, openRepo, type Repo, RepoError, repoErrors } from './index.ts'
import { addNotes, type NotesTables } from './testing/notes-schema.ts'

const schema = new URL('./testing/notes-schema.ts', import.meta.url)
let folder: string
let file: string
const open: Repo<NotesTables>[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'repo-'))
  file = join(folder, 'notes.db')
})

afterEach(async () => {
  for (const repo of open.splice(0)) await repo.close()
  rmSync(folder, { recursive: true })
})

async function openNotes() {
  const repo = await openRepo<NotesTables>({ file, schema })
  open.push(repo)
  return repo
}

describe('run', () => {
  it('answers with the value and the number of its transaction', async () => {
    const repo = await openNotes()
    expect(await repo.run(addNotes, { texts: ['one', 'two'] })).toMatchObject({
      value: 2,
      token: { epoch: { number: 1 }, commit: 1 },
    })
    expect((await repo.run(addNotes, { texts: ['three'] })).token.commit).toBe(2)
  })

  it('takes operations that wait together into one transaction', async () => {
    const repo = await openNotes()
    const results = await Promise.all(['a', 'b', 'c'].map((text) => repo.run(addNotes, { texts: [text] })))
    expect(results.map(({ token }) => token.commit)).toEqual([1, 1, 1])
  })

  it('rolls back the one that fails and keeps the ones beside it', async () => {
    const repo = await openNotes()
    const [good, bad, alsoGood] = await Promise.allSettled([
      repo.run(addNotes, { texts: ['before'] }),
      repo.run(addNotes, { texts: ['explode'] }),
      repo.run(addNotes, { texts: ['after'] }),
    ])
    expect(good.status).toBe('fulfilled')
    expect(alsoGood.status).toBe('fulfilled')
    expect(bad).toMatchObject({ reason: { code: 'failed', applied: 'no', message: 'notes.add: exploded' } })
    expect(await texts(repo)).toEqual(['before', 'after'])
  })

  it('does not count a transaction in which everything failed', async () => {
    const repo = await openNotes()
    await expect(repo.run(addNotes, { texts: ['explode'] })).rejects.toThrow('exploded')
    expect((await repo.run(addNotes, { texts: ['one'] })).token.commit).toBe(1)
  })

  it('refuses input that the operation does not declare, before running it', async () => {
    const repo = await openNotes()
    const refusal = repo.run(addNotes, { texts: [''] })
    await expect(refusal).rejects.toMatchObject({ code: 'bad_input', message: /notes\.add: texts\.0/ })
    expect(await texts(repo)).toEqual([])
  })

  it('names a broken constraint as such', async () => {
    const repo = await openNotes()
    await repo.run(addNotes, { texts: ['same'] })
    await expect(repo.run(addNotes, { texts: ['same'] })).rejects.toMatchObject({ code: 'constraint', applied: 'no' })
  })

  it('refuses an operation that this release does not have', async () => {
    const repo = await openNotes()
    await expect(repo.run({ ...addNotes, version: 9 }, { texts: [] })).rejects.toMatchObject({
      code: 'unknown_operation',
    })
  })
})

describe('db', () => {
  it('sends reads to the reader and writes to the writer, as SQLite classifies them', async () => {
    const repo = await openNotes()
    await repo.db.insertInto('notes').values({ id: 1, text: 'plain', bytes: null }).execute()
    const returned = await sql<{ id: number }>`insert into notes(text) values ('raw') returning id`.execute(repo.db)
    expect(returned.rows).toEqual([{ id: 2 }])
    expect(await texts(repo)).toEqual(['plain', 'raw'])
  })

  it('takes what waits together together: writes as one transaction, reads as one message', async () => {
    const repo = await openNotes()
    const insert = (text: string) =>
      repo.db
        .insertInto('notes')
        .values({ text } as never)
        .execute()
    await insert('SQLite is asked once whether this writes')
    const heard: number[] = []
    repo.onCommit(({ token }) => heard.push(token.commit))
    await Promise.all(['a', 'b', 'c', 'd'].map(insert))
    expect(heard).toEqual([2])
  })

  it('runs a batch as one transaction, all of it or nothing', async () => {
    const repo = await openNotes()
    const insert = (text: string) => repo.db.insertInto('notes').values({ text } as never)
    const { value, token } = await repo.batch([
      insert('a'),
      insert('b').returning('id'),
      repo.db.selectFrom('notes').selectAll(),
    ])
    expect(value).toMatchObject([{ insertId: 1n, numAffectedRows: 1n }, { rows: [{ id: 2 }] }, { rows: [{}, {}] }])
    expect(token.commit).toBe(1)
    await expect(repo.batch([insert('c'), insert('a')])).rejects.toMatchObject({ code: 'constraint' })
    expect(await texts(repo)).toEqual(['a', 'b'])
  })

  it('tells how many rows a write changed', async () => {
    const repo = await openNotes()
    await repo.run(addNotes, { texts: ['a', 'b'] })
    const [result] = await repo.db.deleteFrom('notes').execute()
    expect(result?.numDeletedRows).toBe(2n)
  })

  it('shows the operation to write when someone starts a transaction', async () => {
    const repo = await openNotes()
    const transaction = repo.db.transaction().execute(async () => {})
    await expect(transaction).rejects.toMatchObject({ code: 'interactive_transaction', message: /defineOperation/ })
  })

  it.each(['vacuum', "attach 'x.db' as x", 'pragma journal_mode = delete', 'begin'])(
    'refuses %s',
    async (statement) => {
      const repo = await openNotes()
      await expect(sql.raw(statement).execute(repo.db)).rejects.toBeInstanceOf(RepoError)
      expect((await repo.run(addNotes, { texts: ['still works'] })).token.commit).toBe(1)
    },
  )

  it('carries values unchanged', async () => {
    const repo = await openNotes()
    const bytes = Uint8Array.from({ length: 10_000_000 }, (_, index) => index % 251)
    const text = 'emoji 🌴, a lone \u{d7ff}, and a zero \u0000'
    await repo.db.insertInto('notes').values({ id: 1, text, bytes }).execute()
    const row = await repo.reader().db.selectFrom('notes').selectAll().executeTakeFirstOrThrow()
    expect(row.text).toBe(text)
    expect(Buffer.compare(row.bytes!, bytes)).toBe(0)
  })

  it('gives integers exactly: as numbers where a number can be exact, as bigint beyond', async () => {
    const repo = await openNotes()
    const large = 2n ** 53n + 1n
    const written = await repo.batch([
      repo.db
        .insertInto('notes')
        .values({ id: Number(large - 2n), text: 'small', bytes: null })
        .returning('id'),
      repo.db
        .insertInto('notes')
        .values({ id: large as never, text: 'large', bytes: null })
        .returning('id'),
      repo.db.insertInto('notes').values({ id: (large + 2n) as never, text: 'larger', bytes: null }),
    ])
    expect(written.value).toMatchObject([
      { rows: [{ id: Number(large - 2n) }] },
      { rows: [{ id: large }] },
      { insertId: large + 2n },
    ])
    const { rows } = await sql<object>`select id, 1e300 as real, null as empty from notes order by id`.execute(
      repo.reader().db,
    )
    const rest = { real: 1e300, empty: null }
    expect(rows).toEqual([Number(large - 2n), large, large + 2n].map((id) => ({ id, ...rest })))
  })

  it.each([new Date(), true, { an: 'object' }])(
    'refuses %s as a parameter, rather than guess what to store',
    async (value) => {
      const repo = await openNotes()
      const write = sql`insert into notes (text) values (${value})`.execute(repo.db)
      await expect(write).rejects.toMatchObject({ code: 'failed', message: /can only bind/ })
    },
  )
})

describe('reader', () => {
  it('knows the oldest commit it read', async () => {
    const repo = await openNotes()
    await repo.run(addNotes, { texts: ['one'] })
    const reader = repo.reader()
    expect(reader.token).toBeUndefined()
    await reader.db.selectFrom('notes').selectAll().execute()
    await repo.run(addNotes, { texts: ['two'] })
    await reader.db.selectFrom('notes').selectAll().execute()
    expect(reader.token?.commit).toBe(1)
  })

  it('waits with a token until another connection has written what it names', async () => {
    const [repo, other] = [await openNotes(), await openNotes()]
    const { token } = await other.run(addNotes, { texts: ['from elsewhere'] })
    const rows = await repo.reader({ token }).db.selectFrom('notes').select('text').execute()
    expect(rows).toEqual([{ text: 'from elsewhere' }])
  })

  it('says that a history is lost', async () => {
    const repo = await openNotes()
    const { token } = await repo.run(addNotes, { texts: ['a'] })
    const { db } = repo.reader({ token: { ...token, epoch: { number: 1, id: 'another' } } })
    await expect(db.selectFrom('notes').selectAll().execute()).rejects.toMatchObject({ code: 'lost' })
  })

  it('answers the queries of a snapshot from one moment, while a writer goes on', async () => {
    const repo = await openNotes()
    const writing = (async () => {
      for (let i = 0; i < 200; i++) await repo.run(addNotes, { texts: [`n${i}`] })
    })()
    for (let i = 0; i < 200; i++) {
      const { db, snapshot } = repo.reader()
      const count = db.selectFrom('notes').select((eb) => eb.fn.countAll<number>().as('count'))
      const { first, second } = await snapshot({ first: count, second: count })
      expect(first[0]!.count).toBe(second[0]!.count)
    }
    await writing
  })

  it('refuses to write', async () => {
    const repo = await openNotes()
    const write = repo.reader().db.deleteFrom('notes').execute()
    await expect(write).rejects.toMatchObject({ code: 'read_only' })
  })

  it('goes on after a statement that fails', async () => {
    const repo = await openNotes()
    await expect(sql`select nothing from nowhere`.execute(repo.reader().db)).rejects.toMatchObject({ code: 'failed' })
    expect(await texts(repo)).toEqual([])
  })

  it("runs the schema's functions", async () => {
    const { rows } = await sql<{ s: string }>`select shout('hey') as s`.execute((await openNotes()).reader().db)
    expect(rows).toEqual([{ s: 'HEY' }])
  })
})

describe('the planner', () => {
  it('knows how the tables are filled once they are', async () => {
    const repo = await openNotes()
    await repo.run(addNotes, { texts: Array.from({ length: 3000 }, (_, index) => `note ${index}`) })
    await repo.run(addNotes, { texts: ['the writer was idle before this one'] })
    const { rows } = await sql<{ stat: string }>`select stat from sqlite_stat1 where tbl = 'notes'`.execute(
      repo.reader().db,
    )
    expect(rows).not.toEqual([])
  })

  it('keeps no samples, with which statements are compiled again for each value', async () => {
    const repo = await openNotes()
    await repo.run(addNotes, { texts: Array.from({ length: 3000 }, (_, index) => `note ${index}`) })
    await repo.run(addNotes, { texts: ['the writer was idle before this one'] })
    const { rows } = await sql<{ name: string }>`select name from sqlite_schema where name like 'sqlite_stat%'`.execute(
      repo.reader().db,
    )
    expect(rows).toEqual([{ name: 'sqlite_stat1' }])
  })
})

describe('onCommit', () => {
  it('announces topics before the writer is answered', async () => {
    const repo = await openNotes()
    const heard: CommitNotice[] = []
    repo.onCommit((notice) => heard.push(notice))
    await repo.run(addNotes, { texts: ['x'] })
    expect(heard).toMatchObject([{ token: { commit: 1 }, topics: ['notes'] }])
  })

  it('announces what another process committed', async () => {
    const repo = await openNotes()
    const heard = new Promise<CommitNotice>((resolve) => repo.onCommit(resolve))
    const other = await openNotes()
    await other.run(addNotes, { texts: ['from elsewhere'] })
    expect(await heard).toMatchObject({ token: { commit: 1 }, topics: ['notes'] })
  })
})

describe('openRepo', () => {
  it('keeps what was written', async () => {
    const first = await openNotes()
    await first.run(addNotes, { texts: ['kept'] })
    await first.close()
    expect(await texts(await openNotes())).toEqual(['kept'])
  })

  it('takes over what the first release had made', async () => {
    const first = new SQLite(file)
    first.exec(`
      create table commits (id integer primary key check (id = 1), number integer not null);
      insert into commits values (1, 41);
      create table changes (topic text primary key, commit_number integer not null) without rowid;
      create index changes_commit on changes (commit_number);
      create table kysely_migration (name varchar(255) not null primary key, timestamp varchar(255) not null);
      insert into kysely_migration values ('000-repo', '2026-01-01'), ('001-notes', '2026-01-01');
      create table notes (id integer primary key, text text not null unique, bytes blob);
      insert into notes values (1, 'old', null)`)
    first.close()
    const repo = await openNotes()
    expect(await texts(repo)).toEqual(['old'])
    expect((await repo.run(addNotes, { texts: ['new'] })).token).toMatchObject({ epoch: { number: 1 }, commit: 42 })
  })

  it('refuses a database that a later release wrote', async () => {
    await (await openNotes()).close()
    const direct = new SQLite(file)
    direct.exec("insert into kysely_migration values ('999-future', '2030-01-01')")
    direct.close()
    await expect(openNotes()).rejects.toMatchObject({ code: 'newer_database', message: /999-future/ })
  })

  it('refuses a file that is not a database', async () => {
    writeFileSync(file, 'this is not a database, whatever its name says '.repeat(100))
    await expect(openNotes()).rejects.toMatchObject({ code: 'not_a_database' })
  })

  it('says so when the folder is missing', async () => {
    file = join(folder, 'missing', 'notes.db')
    await expect(openNotes()).rejects.toThrow(/missing/)
  })

  it('is closed once and for all', async () => {
    const repo = await openNotes()
    await Promise.all([repo.close(), repo.close()])
    await expect(repo.run(addNotes, { texts: ['late'] })).rejects.toMatchObject({ code: 'closed', applied: 'no' })
  })

  it('finishes what was asked before the close', async () => {
    const repo = await openNotes()
    const written = repo.run(addNotes, { texts: ['last'] })
    await repo.close()
    expect((await written).value).toBe(1)
  })
})

describe('repoErrors', () => {
  it('say for every code whether a write may have happened, and what to do, on both sides of a port', () => {
    const sqlite = { code: 'SQLITE_CONSTRAINT_UNIQUE', table: 'notes', columns: ['text'] }
    for (const code of Object.keys(repoErrors) as (keyof typeof repoErrors)[]) {
      const error = new RepoError(code, 'x', { sqlite })
      expect(error.applied).toMatch(/^(no|unknown)$/)
      expect(error.fix).toMatch(/\.$/)
      expect(decodeError(structuredClone(encodeError(error, 'y')))).toEqual(error)
    }
  })
})

async function texts(repo: Repo<NotesTables>) {
  const rows = await repo.reader().db.selectFrom('notes').select('text').orderBy('id').execute()
  return rows.map(({ text }) => text)
}
