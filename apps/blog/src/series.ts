import type { Reader } from '@atoll/repo'
import { compareNames, selectLanguage } from './name-order.ts'
import { type PostSummary, type SummaryRow, summaryColumns, toSummary } from './posts.ts'
import type { BlogTables } from './schema/tables.ts'
import { isPublic, statement } from './statement.ts'
import { tagSlug } from './tag-slug.ts'

export interface Series {
  /** Of several spellings that of the last file, as with tags. */
  name: string
  slug: string
  count: number
}

/** Series with a public post, by name. Topics `titles`, `site`. */
export async function listSeries(reader: Reader<BlogTables>, { now }: { now: string }): Promise<Series[]> {
  const { spellings, language } = await reader.snapshot({
    spellings: selectSpellings({ now }),
    language: selectLanguage({}),
  })
  const compare = compareNames(language[0]!.language)
  return foldSpellings(spellings).sort((a, b) => compare(a.name, b.name))
}

/** A series and its public posts in order. Topics `titles`, `posts`, `site`. */
export async function findSeries(
  reader: Reader<BlogTables>,
  slug: string,
  { now }: { now: string },
): Promise<{ series: Series; posts: PostSummary[] } | undefined> {
  const series = (await listSeries(reader, { now })).find((candidate) => candidate.slug === slug)
  if (!series) return undefined
  const { posts } = await reader.snapshot({ posts: selectPosts({ now, slug }) })
  return { series, posts: posts.map(toSummary) }
}

/** The last part of a series' address. */
export const seriesSlug = tagSlug

/** All spellings, in a `with` before what they are `in`: posts keep their series as they write it. */
export const spellings =
  'spellings as materialized (select distinct series as name from posts where series is not null)'

function foldSpellings(spellings: Spelling[]): Series[] {
  const series = new Map<string, Series>()
  for (const { name, count } of spellings) {
    const slug = seriesSlug(name)
    series.set(slug, { name, slug, count: count + (series.get(slug)?.count ?? 0) })
  }
  return [...series.values()]
}

interface Spelling {
  name: string
  count: number
}

const selectSpellings = statement<Spelling, { now: string }>(
  `select series as name, count(*) as count from posts where series is not null and ${isPublic}
  group by series order by max(source)`,
)

const selectPosts = statement<SummaryRow, { now: string; slug: string }>(
  `with ${spellings}
  select ${summaryColumns} from posts p join documents d on d.id = p.document_id
  where p.series in (select name from spellings where tag_slug(name) = :slug) and ${isPublic}
  order by p.series_part is null, p.series_part, p.listed_at, p.id`,
)
