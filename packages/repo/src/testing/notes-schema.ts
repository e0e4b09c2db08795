import { sql } from 'kysely'
import { z } from 'zod'
import { defineOperation, type RepoSchema, type RepoTables } from '../index.ts'

/** A small application for the repo's own tests. */
export interface NotesTables extends RepoTables {
  notes: { id: number; text: string; bytes: Uint8Array | null }
  /** A reply's note may be written after it, in the same transaction. */
  replies: { id: number; note_id: number | bigint }
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

/** Answers what it was given, whatever that is. */
export const echo = define({
  name: 'notes.echo',
  version: 1,
  input: z.unknown(),
  run: async (_tx, value) => value,
})

/** Nothing more fits into the file: to SQLite that is a full disk. */
export const limitPages = define({
  name: 'notes.limit_pages',
  version: 1,
  input: z.object({ more: z.number() }),
  async run(tx, { more }) {
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(tx)
    await sql`pragma max_page_count = ${sql.lit(rows[0]!.page_count + more)}`.execute(tx)
  },
})

export const schema: RepoSchema = {
  migrations: {
    '001-notes': {
      async up(db) {
        await sql`create table notes (id integer primary key, text text not null unique, bytes blob)`.execute(db)
        await sql`create table replies (id integer primary key,
          note_id integer not null references notes deferrable initially deferred)`.execute(db)
      },
    },
  },
  operations: [addNotes, echo, limitPages] as never[],
  functions: {
    shout: (text: string) => text.toUpperCase(),
    pid: () => process.pid,
    heap_mb: () => process.memoryUsage().heapTotal / 1e6,
  },
}
