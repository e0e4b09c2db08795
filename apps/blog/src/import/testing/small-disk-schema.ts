import { defineOperation, type RepoSchema } from '@atoll/repo'
import { sql } from 'kysely'
import { z } from 'zod'
import { schema as blogSchema } from '../../schema/index.ts'
import type { BlogTables } from '../../schema/tables.ts'

/** Lets the database grow by so many pages and no more: to SQLite that is a full disk. */
export const limitGrowth = defineOperation<BlogTables>()({
  name: 'test.limit_growth',
  version: 1,
  input: z.object({ pages: z.number() }),
  async run(tx, { pages }) {
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(tx)
    await sql`pragma max_page_count = ${sql.lit(rows[0]!.page_count + pages)}`.execute(tx)
  },
})

export const schema: RepoSchema = {
  ...blogSchema,
  operations: [...blogSchema.operations, limitGrowth as never],
}
