import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Middleware, openRepo, type Repo } from '@atoll/repo'
import { sql } from 'kysely'
import { afterEach, describe, expect, it } from 'vitest'
import { auditWrites } from './audit-writes.ts'
import { hideFields } from './hide-fields.ts'
import { measureCalls } from './measure-calls.ts'
import { addPerson, type PeopleTables, removePerson } from './schema.ts'
import { softDelete } from './soft-delete.ts'

const open: { repo: Repo<PeopleTables>; folder: string }[] = []

async function openPeople(...middleware: Middleware[]) {
  const folder = mkdtempSync(join(tmpdir(), 'middleware-'))
  const schema = new URL('./schema.ts', import.meta.url)
  const repo = await openRepo<PeopleTables>({ file: join(folder, 'people.db'), schema, middleware })
  open.push({ repo, folder })
  return repo
}

afterEach(async () => {
  for (const { repo, folder } of open.splice(0)) {
    await repo.close()
    rmSync(folder, { recursive: true })
  }
})

describe('middleware', () => {
  it('measures calls, the outermost one all of what is inside it', async () => {
    const measured: string[] = []
    const repo = await openPeople(measureCalls((name, ms, outcome) => measured.push(`${name} ${outcome} ${ms > 0}`)))
    await repo.run(addPerson, { name: 'ana', email: 'ana@example.org' })
    await repo.run(addPerson, { name: 'ana', email: 'again' }).catch(() => {})
    await repo.reader().db.selectFrom('people').select('name').execute()
    expect(measured).toEqual(['people.add done true', 'people.add constraint true', 'read done true'])
  })

  it('runs another operation in the place of one', async () => {
    const repo = await openPeople(softDelete({ 'people.remove': 'people.hide' }))
    await repo.run(addPerson, { name: 'ana', email: 'ana@example.org' })
    await repo.run(removePerson, { name: 'ana' })
    const people = await repo.reader().db.selectFrom('people').select(['name', 'is_hidden']).execute()
    expect(people).toEqual([{ name: 'ana', is_hidden: 1 }])
  })

  it('adds to a write what is to be true together with it', async () => {
    const repo = await openPeople(auditWrites(() => 'ana'))
    await repo.db.insertInto('people').values({ name: 'bo', email: '', is_hidden: 0 }).execute()
    await repo.db
      .insertInto('people')
      .values({ name: 'bo', email: '', is_hidden: 0 })
      .execute()
      .catch(() => {})
    const { rows } = await sql<{ who: string; what: string }>`select who, what from audit`.execute(repo.reader().db)
    expect(rows).toEqual([{ who: 'ana', what: expect.stringContaining('insert into "people"') }])
  })

  it('takes fields out of what is read', async () => {
    const repo = await openPeople(hideFields('email'))
    await repo.run(addPerson, { name: 'ana', email: 'secret' })
    expect(await repo.reader().db.selectFrom('people').selectAll().execute()).toEqual([{ name: 'ana', is_hidden: 0 }])
    const { all } = await repo.reader().snapshot({ all: repo.db.selectFrom('people').selectAll() })
    expect(all).toEqual([{ name: 'ana', is_hidden: 0 }])
  })

  it('says where next() was called twice', async () => {
    const twice: Middleware = async function careless(_call, next) {
      await next()
      return next()
    }
    const repo = await openPeople(twice)
    const read = repo.reader().db.selectFrom('people').selectAll().execute()
    await expect(read).rejects.toMatchObject({ code: 'middleware', message: /next\(\) was called twice in careless/ })
  })
})

describe('docs/data-layer.md', () => {
  it('shows these files as they are', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/data-layer.md'), 'utf8')
    const shown = globSync('{measure,soft,audit,hide}-*.ts', { cwd: import.meta.dirname })
    expect(shown).toHaveLength(4)
    for (const file of shown) {
      expect(page, basename(file)).toContain(readFileSync(join(import.meta.dirname, file), 'utf8').trim())
    }
  })
})
