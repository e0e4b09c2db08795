import { defineOperation, type RepoSchema, type RepoTables } from '@atoll/repo'
import { sql } from 'kysely'
import { z } from 'zod'

export interface NotesTables extends RepoTables {
  notes: { id: number; text: string; at: string }
}

const define = defineOperation<NotesTables>()

export const addNote = define({
  name: 'notes.add',
  version: 1,
  input: z.object({ text: z.string().trim().min(1).max(10_000) }),
  async run(tx, note) {
    const { insertId } = await tx
      .insertInto('notes')
      .values(note as NotesTables['notes'])
      .executeTakeFirstOrThrow()
    return { id: Number(insertId) }
  },
})

/** The database's own threads load this module too, so it holds nothing but data and functions. */
export const schema: RepoSchema = {
  migrations: {
    '001-notes': {
      async up(db) {
        await sql`create table notes (
          id integer primary key, text text not null, at text not null default (datetime())
        )`.execute(db)
        await sql`create trigger notes_touch after insert on notes begin
          insert into changes select 'notes', number from commits where true
          on conflict (topic) do update set commit_number = excluded.commit_number;
        end`.execute(db)
      },
    },
  },
  operations: [addNote as never],
}
