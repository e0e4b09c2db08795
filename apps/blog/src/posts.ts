import type { Reader } from '@atoll/repo'
import type { BlogTables } from './schema/tables.ts'
import { isPublic, statement } from './statement.ts'
import { tagSlug } from './tag-slug.ts'

/** What a list shows of a post. */
export interface PostSummary {
  slug: string
  title: string
  summaryHtml: string
  /** ISO 8601 in UTC, as are all times; null for an undated post. */
  publishedAt: string | null
  readingMinutes: number
  /** Labels. */
  tags: string[]
}

/** What a feed and the head of its page tell of a post besides. */
export interface PostDetails extends PostSummary {
  /** Plain text. */
  description: string
  updatedAt: string | null
  series: { name: string; part: number | null } | null
  /** A name in assets. */
  image: string | null
}

export interface PostList {
  total: number
  posts: PostSummary[]
}

interface ListOptions {
  /** ISO 8601 with seconds: what has a later time is not public yet. */
  now: string
  /** Labels or slugs; posts with any of them. All posts where it is empty. */
  tags?: readonly string[]
  /** From 1. */
  page: number
  perPage: number
}

/** Public posts, newest first and undated ones last. Topic `posts`. */
export async function listPosts(
  reader: Reader<BlogTables>,
  { now, tags = [], page, perPage }: ListOptions,
): Promise<PostList> {
  const window = { now, limit: perPage, offset: (page - 1) * perPage }
  if (tags.length > 0) return listTagged(reader, { ...window, tags: JSON.stringify(tags.map(tagSlug)) })
  const { total, posts } = await reader.snapshot({ total: countPublic({ now }), posts: selectPage(window) })
  return { total: total[0]!.total, posts: posts.map(toSummary) }
}

/** A page of all public posts, for those who know how many there are. Topic `posts`. */
export async function pageOfPosts(
  reader: Reader<BlogTables>,
  { now, page, perPage }: Omit<ListOptions, 'tags'>,
): Promise<PostSummary[]> {
  const window = { now, limit: perPage, offset: (page - 1) * perPage }
  return (await reader.snapshot({ posts: selectPage(window) })).posts.map(toSummary)
}

async function listTagged(reader: Reader<BlogTables>, values: TaggedValues): Promise<PostList> {
  const { posts } = await reader.snapshot({ posts: selectTaggedPage(values) })
  if (posts[0]) return { total: posts[0].total, posts: posts.map(toSummary) }
  // Only a row can tell how many there are.
  const { total } = values.offset > 0 ? await listTagged(reader, { ...values, offset: 0 }) : { total: 0 }
  return { total, posts: [] }
}

export interface SummaryRow {
  slug: string
  title: string
  summary_html: string
  published_at: string | null
  reading_minutes: number
  tags: string
}

export interface DetailsRow extends SummaryRow {
  description: string
  updated_at: string | null
  series: string | null
  series_part: number | null
  image: string | null
}

/** Columns of `posts p join documents d` that make a `SummaryRow`. */
export const summaryColumns = 'p.slug, p.title, d.summary_html, p.published_at, p.reading_minutes, p.tags'

/** Those that make a `DetailsRow`. */
export const detailsColumns = `${summaryColumns}, d.description, p.updated_at, p.series, p.series_part, p.image`

export const countPublic = statement<{ total: number }, { now: string }>(
  `select count(*) as total from posts where ${isPublic}`,
)

// The window is found in the index alone; only what is shown is looked up.
export const selectPage = statement<SummaryRow, { now: string; limit: number; offset: number }>(
  `with shown as materialized (
    select id from posts where ${isPublic} order by listed_at desc, id desc limit cast(:limit as integer) offset :offset
  )
  select ${summaryColumns}
  from shown cross join posts p on p.id = shown.id join documents d on d.id = p.document_id
  order by p.listed_at desc, p.id desc`,
)

interface TaggedValues extends Record<string, string | number> {
  now: string
  /** json: `string[]`, slugs */
  tags: string
  limit: number
  offset: number
}

const selectTaggedPage = statement<SummaryRow & { total: number }, TaggedValues>(
  `with tagged as materialized (
    select distinct post_id as id from post_tags where tag in (select value from json_each(:tags))
  ), listed as materialized (
    select id, listed_at from tagged cross join posts using (id) where ${isPublic}
  )
  select ${summaryColumns}, (select count(*) from listed) as total
  from (
    select * from listed order by listed_at desc, id desc limit cast(:limit as integer) offset :offset
  ) as shown cross join posts p on p.id = shown.id join documents d on d.id = p.document_id
  order by shown.listed_at desc, shown.id desc`,
)

export function toSummary(row: SummaryRow): PostSummary {
  return {
    slug: row.slug,
    title: row.title,
    summaryHtml: row.summary_html,
    publishedAt: row.published_at,
    readingMinutes: row.reading_minutes,
    tags: JSON.parse(row.tags) as string[],
  }
}

export function toDetails(row: DetailsRow): PostDetails {
  return {
    ...toSummary(row),
    description: row.description,
    updatedAt: row.updated_at,
    series: row.series === null ? null : { name: row.series, part: row.series_part },
    image: row.image,
  }
}
