import type { Reader } from '@atoll/repo'
import type { BlogTables } from '../schema/tables.ts'

/** How many people gave a post each of the site's reactions. Topic `reactions:<slug>`. */
export async function countReactions(
  reader: Reader<BlogTables>,
  slug: string,
  kinds: readonly string[],
): Promise<{ kind: string; count: number }[]> {
  if (kinds.length === 0) return []
  const rows = await reader.db
    .selectFrom('reaction_counts')
    .select(['kind', 'count'])
    .where('post', '=', slug)
    .execute()
  const counts = new Map(rows.map(({ kind, count }) => [kind, count]))
  return kinds.map((kind) => ({ kind, count: counts.get(kind) ?? 0 }))
}
