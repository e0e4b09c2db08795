import { sql } from 'kysely'
import { z } from 'zod'
import { defineOperation, type RepoSchema, type RepoTables } from '../../index.ts'

export interface LedgerTables extends RepoTables {
  entries: { id: number; text: string }
}

/** Nothing keeps a text from being there twice: the tests count. */
export const addEntry = defineOperation<LedgerTables>()({
  name: 'entries.add',
  version: 1,
  input: z.object({ text: z.string() }),
  async run(tx, { text }) {
    if (text === 'fail') throw new Error('it failed')
    await tx
      .insertInto('entries')
      .values({ text } as never)
      .execute()
    const { count } = await tx
      .selectFrom('entries')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return Number(count)
  },
})

export const schema: RepoSchema = {
  migrations: {
    '001-entries': {
      async up(db) {
        await sql`create table entries (id integer primary key, text text not null)`.execute(db)
      },
    },
  },
  operations: [addEntry as never],
}
