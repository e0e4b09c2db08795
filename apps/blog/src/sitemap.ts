import type { Reader } from '@atoll/repo'
import type { BlogTables } from './schema/tables.ts'
import { isPublic, statement } from './statement.ts'

export interface SitemapEntry {
  slug: string
  /** When it last changed, as far as the file says. */
  modifiedAt: string | null
}

export interface SitemapEntries {
  posts: SitemapEntry[]
  pages: SitemapEntry[]
  /** For tags and series, the last change of a post of theirs. */
  tags: SitemapEntry[]
  series: SitemapEntry[]
}

/** Everything public that has an address of its own. Topics `posts`, `pages`. */
export async function sitemapEntries(reader: Reader<BlogTables>, { now }: { now: string }): Promise<SitemapEntries> {
  return reader.snapshot({
    posts: selectPosts({ now }),
    pages: selectPages({}),
    tags: selectTags({ now }),
    series: selectSeries({ now }),
  })
}

const modified = 'coalesce(updated_at, published_at)'

const selectPosts = statement<SitemapEntry, { now: string }>(
  `select slug, ${modified} as modifiedAt from posts where ${isPublic} order by listed_at desc, id desc`,
)

const selectPages = statement<SitemapEntry>('select slug, updated_at as modifiedAt from pages order by slug')

const selectTags = statement<SitemapEntry, { now: string }>(
  `select tag as slug, max(${modified}) as modifiedAt from post_tags join posts on id = post_id
  where ${isPublic} group by tag order by tag`,
)

const selectSeries = statement<SitemapEntry, { now: string }>(
  `select tag_slug(series) as slug, max(modifiedAt) as modifiedAt from (
    select series, max(${modified}) as modifiedAt from posts
    where series is not null and ${isPublic} group by series
  ) group by slug order by slug`,
)
