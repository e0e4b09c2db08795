import { defineOperation } from '@atoll/repo'
import { sql } from 'kysely'
import { z } from 'zod'
import type { BlogTables } from './tables.ts'

/** Pages of the index that one step writes: some tens of milliseconds of the writer's time. */
const pagesAtOnce = 400

/**
 * Merges the pieces that inserting many documents left of the search index; a search looks into each of them. The
 * `first` step says that all are to become one, the others go on with that.
 */
export const mergeSearchIndex = defineOperation<BlogTables>()({
  name: 'search.merge_index',
  version: 1,
  input: z.object({ table: z.enum(['documents_fts', 'titles_fts']), isFirst: z.boolean() }),
  async run(tx, { table, isFirst }): Promise<{ isDone: boolean }> {
    const changes = async () => (await sql<{ n: number }>`select total_changes() as n`.execute(tx)).rows[0]!.n
    const before = await changes()
    const pages = isFirst ? -pagesAtOnce : pagesAtOnce
    await sql`insert into ${sql.table(table)} (${sql.ref(table)}, rank) values ('merge', ${pages})`.execute(tx)
    // The insert itself counts as one.
    return { isDone: (await changes()) - before < 2 }
  },
})
