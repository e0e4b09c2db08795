import type { Repo } from '@atoll/repo'
import { mergeSearchIndex } from '../schema/search-index.ts'
import type { BlogTables } from '../schema/tables.ts'

/** Fewer new documents than this leave pieces that FTS5 merges by itself as more come. */
export const worthMerging = 2000

/** Makes searches faster by a third after an import of thousands of files, in steps that nobody notices. */
export async function mergeIndex(repo: Repo<BlogTables>, signal?: AbortSignal): Promise<void> {
  for (const table of ['documents_fts', 'titles_fts'] as const) {
    for (let isFirst = true; !signal?.aborted; isFirst = false) {
      const { value } = await repo.run(mergeSearchIndex, { table, isFirst })
      if (value.isDone) break
    }
  }
}
