import { defineOperation, type RepoSchema, type RepoTables } from '@atoll/repo'
import { sql } from 'kysely'
import { z } from 'zod'

export interface PeopleTables extends RepoTables {
  people: { name: string; email: string; is_hidden: 0 | 1 }
}

const define = defineOperation<PeopleTables>()
const who = z.object({ name: z.string() })

export const addPerson = define({
  name: 'people.add',
  version: 1,
  input: who.extend({ email: z.string() }),
  async run(tx, person) {
    await tx
      .insertInto('people')
      .values({ ...person, is_hidden: 0 })
      .execute()
  },
})

export const removePerson = define({
  name: 'people.remove',
  version: 1,
  input: who,
  async run(tx, { name }) {
    await tx.deleteFrom('people').where('name', '=', name).execute()
  },
})

export const hidePerson = define({
  name: 'people.hide',
  version: 1,
  input: who,
  async run(tx, { name }) {
    await tx.updateTable('people').set({ is_hidden: 1 }).where('name', '=', name).execute()
  },
})

export const schema: RepoSchema = {
  migrations: {
    '001-people': {
      async up(db) {
        await sql`create table people (
          name text primary key, email text not null, is_hidden integer not null
        ) without rowid`.execute(db)
        await sql`create table audit (id integer primary key, who text not null, what text not null)`.execute(db)
      },
    },
  },
  operations: [addPerson, removePerson, hidePerson] as never[],
}
