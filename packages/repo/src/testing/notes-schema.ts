import { sql } from 'kysely'
import { z } from 'zod'
import { defineOperation, type RepoSchema, type RepoTables } from '../index.ts'

/** A small application for the repo's own tests. */
export interface NotesTables extends RepoTables {
  notes: { id: number; text: string; bytes: Uint8Array | null }
}

const define = defineOperation<NotesTables>()

export const addNotes = define({
  name: 'notes.add',
  version: 1,
  input: z.object({ texts: z.array(z.string().min(1)) }),
  async run(tx, { texts }) {
    for (const text of texts)
      await tx
        .insertInto('notes')
        .values({ text } as never)
        .execute()
    await sql`insert into changes select 'notes', number from commits where true
      on conflict (topic) do update set commit_number = excluded.commit_number`.execute(tx)
    if (texts.includes('explode')) throw new Error('exploded')
    return texts.length
  },
})

export const schema: RepoSchema = {
  migrations: {
    '001-notes': {
      async up(db) {
        await sql`create table notes (id integer primary key, text text not null unique, bytes blob)`.execute(db)
      },
    },
  },
  operations: [addNotes as never],
  functions: { shout: (text: string) => text.toUpperCase() },
}
