import type { Reader } from '@atoll/repo'
import { type DetailsRow, detailsColumns, type PostDetails, toDetails } from './posts.ts'
import type { BlogTables } from './schema/tables.ts'
import { isPublic, statement } from './statement.ts'
import { tagSlug } from './tag-slug.ts'

export interface FeedPost extends PostDetails {
  html: string
}

interface FeedOptions {
  now: string
  /** A label or slug. */
  tag?: string
  limit: number
}

/** The newest public posts, whole. Topics `posts`, and `post:<slug>` of each. */
export async function feedPosts(reader: Reader<BlogTables>, { now, tag, limit }: FeedOptions): Promise<FeedPost[]> {
  const query = tag === undefined ? selectNewest({ now, limit }) : selectTagged({ now, limit, tag: tagSlug(tag) })
  const { posts } = await reader.snapshot({ posts: query })
  return posts.map((row) => ({ ...toDetails(row), html: row.html }))
}

type FeedRow = DetailsRow & { html: string }

const ordered = `and ${isPublic} order by p.listed_at desc, p.id desc limit cast(:limit as integer)`

const selectNewest = statement<FeedRow, { now: string; limit: number }>(
  `select ${detailsColumns}, d.html from posts p join documents d on d.id = p.document_id where true ${ordered}`,
)

const selectTagged = statement<FeedRow, { now: string; limit: number; tag: string }>(
  `select ${detailsColumns}, d.html from posts p join documents d on d.id = p.document_id
  where p.id in (select post_id from post_tags where tag = :tag) ${ordered}`,
)
