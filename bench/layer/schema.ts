import { CompiledQuery, sql } from 'kysely'
import { z } from 'zod'
import { defineOperation, type RepoSchema, type RepoTables } from '../../packages/repo/src/index.ts'

export interface LayerTables extends RepoTables {
  entries: { id: number; text: string }
}

export const addEntry = defineOperation<LayerTables>()({
  name: 'layer.add',
  version: 1,
  input: z.object({ text: z.string() }),
  async run(tx, { text }) {
    await tx.executeQuery(CompiledQuery.raw('insert into entries (text) values (?)', [text]))
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
