import type { Reader } from '@atoll/repo'
import { type PostSummary, type SummaryRow, summaryColumns, toSummary } from './posts.ts'
import type { BlogTables } from './schema/tables.ts'
import { isPublic, statement } from './statement.ts'
import { tagSlug } from './tag-slug.ts'

export interface Series {
  /** As its posts write it. */
  name: string
  slug: string
  count: number
}

/** Series with a public post, by name. Topic `titles`. */
export async function listSeries(reader: Reader<BlogTables>, { now }: { now: string }): Promise<Series[]> {
  const { series } = await reader.snapshot({ series: selectSeries({ now }) })
  return series.map(({ name, count }) => ({ name, slug: seriesSlug(name), count }))
}

/** A series and its public posts in order. Topics `titles`, `posts`. */
export async function findSeries(
  reader: Reader<BlogTables>,
  slug: string,
  { now }: { now: string },
): Promise<{ series: Series; posts: PostSummary[] } | undefined> {
  const series = (await listSeries(reader, { now })).find((candidate) => candidate.slug === slug)
  if (!series) return undefined
  const { posts } = await reader.snapshot({ posts: selectPosts({ now, name: series.name }) })
  return { series, posts: posts.map(toSummary) }
}

/** The last part of a series' address. */
export const seriesSlug = tagSlug

const selectSeries = statement<{ name: string; count: number }, { now: string }>(
  `select series as name, count(*) as count from posts where series is not null and ${isPublic}
  group by series order by series collate nocase`,
)

const selectPosts = statement<SummaryRow, { now: string; name: string }>(
  `select ${summaryColumns} from posts p join documents d on d.id = p.document_id
  where p.series = :name and ${isPublic}
  order by p.series_part is null, p.series_part, p.listed_at, p.id`,
)
