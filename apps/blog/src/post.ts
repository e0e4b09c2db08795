import type { Reader } from '@atoll/repo'
import type { Heading } from './markdown/index.ts'
import {
  type DetailsRow,
  detailsColumns,
  type PostDetails,
  type PostSummary,
  type SummaryRow,
  selectPage,
  toDetails,
  toSummary,
} from './posts.ts'
import type { BlogTables } from './schema/tables.ts'
import { spellings } from './series.ts'
import { isPublic, statement } from './statement.ts'

export interface Post extends PostDetails {
  /** The file, relative to the content folder. */
  source: string
  isDraft: boolean
  html: string
  headings: Heading[]
  words: number
}

export interface PostLink {
  slug: string
  title: string
  publishedAt: string | null
}

export interface PostPage {
  post: Post
  /** The older neighbour. */
  previous: PostLink | undefined
  /** The newer neighbour. */
  next: PostLink | undefined
  /** Those that share the most tags, the newest first among equals. */
  related: PostLink[]
  /** All parts of the post's series, itself included; empty where it has none. */
  seriesPosts: PostLink[]
}

interface FindOptions {
  now: string
  /** Drafts and posts whose time has not come are found too. */
  preview?: boolean
  /** How many related posts; default 4. */
  related?: number
}

/** A post with its neighbours. Topics `post:<slug>`, `titles`. */
export async function findPost(
  reader: Reader<BlogTables>,
  slug: string,
  { now, preview = false, related = 4 }: FindOptions,
): Promise<PostPage | undefined> {
  const found = await reader.snapshot({
    post: selectPost({ slug, now, preview: preview ? 1 : 0 }),
    previous: selectPrevious({ slug, now }),
    next: selectNext({ slug, now }),
    related: selectRelated({ slug, now, limit: related }),
    series: selectSeriesOf({ slug, now }),
  })
  const row = found.post[0]
  if (!row) return undefined
  return {
    post: toPost(row),
    previous: found.previous.map(toLink)[0],
    next: found.next.map(toLink)[0],
    related: found.related.map(toLink),
    seriesPosts: found.series.map(toLink),
  }
}

/** The slug of the post that the home page shows, as in the original. */
export const homeSlug = 'hello-world'

export interface Home {
  post: Post | undefined
  newest: PostSummary[]
}

/** What the home page is made from. Topics `post:hello-world`, `posts`. */
export async function findHome(
  reader: Reader<BlogTables>,
  { now, newest }: { now: string; newest: number },
): Promise<Home> {
  const found = await reader.snapshot({
    post: selectPost({ slug: homeSlug, now, preview: 0 }),
    newest: selectPage({ now, limit: newest, offset: 0 }),
  })
  return { post: found.post.map(toPost)[0], newest: found.newest.map(toSummary) }
}

interface PostRow extends DetailsRow {
  source: string
  is_draft: 0 | 1
  html: string
  headings: string
  words: number
}

export type LinkRow = Pick<SummaryRow, 'slug' | 'title' | 'published_at'>

export const linkColumns = 'slug, title, published_at'

const selectPost = statement<PostRow, { slug: string; now: string; preview: number }>(
  `select ${detailsColumns}, p.source, p.is_draft, p.words, d.html, d.headings
  from posts p join documents d on d.id = p.document_id
  where p.slug = :slug and (:preview or (${isPublic}))`,
)

// Plain bounds, because with a comparison of pairs SQLite walks through all that is newer.
const mine = '(select listed_at as my_time, id as my_id from posts where slug = :slug)'

const selectPrevious = statement<LinkRow, { slug: string; now: string }>(
  `select ${linkColumns} from ${mine} cross join posts
  where is_draft = 0 and listed_at <= min(my_time, :now) and (listed_at < my_time or id < my_id)
  order by listed_at desc, id desc limit 1`,
)

const selectNext = statement<LinkRow, { slug: string; now: string }>(
  `select ${linkColumns} from ${mine} cross join posts
  where ${isPublic} and listed_at >= my_time and (listed_at > my_time or id > my_id)
  order by listed_at, id limit 1`,
)

// Of a tag that hundreds of posts have, the last two hundred are enough to choose from.
const selectRelated = statement<LinkRow, { slug: string; now: string; limit: number }>(
  `with mine as materialized (
    select tag, post_id as me,
      coalesce((select post_id from post_tags t where t.tag = mine.tag order by post_id desc limit 1 offset 200), 0) as oldest
    from post_tags mine where post_id = (select id from posts where slug = :slug)
  ), sharing as materialized (
    select post_id as id, count(*) as shared from mine join post_tags t on t.tag = mine.tag and t.post_id >= mine.oldest
    where t.post_id <> mine.me group by post_id
  )
  select ${linkColumns} from sharing cross join posts using (id) where ${isPublic}
  order by shared desc, listed_at desc, id desc limit cast(:limit as integer)`,
)

const selectSeriesOf = statement<LinkRow, { slug: string; now: string }>(
  `with ${spellings}, mine as materialized (
    select tag_slug(series) as series from posts where slug = :slug and series is not null
  )
  select ${linkColumns} from posts
  where series in (select name from mine cross join spellings where tag_slug(name) = mine.series)
    and (slug = :slug or (${isPublic}))
  order by series_part is null, series_part, listed_at, id`,
)

function toPost(row: PostRow): Post {
  return {
    ...toDetails(row),
    source: row.source,
    isDraft: row.is_draft === 1,
    html: row.html,
    headings: JSON.parse(row.headings) as Heading[],
    words: row.words,
  }
}

export function toLink({ slug, title, published_at }: LinkRow): PostLink {
  return { slug, title, publishedAt: published_at }
}
