import type { Reader } from '@atoll/repo'
import type { BlogTables } from './schema/tables.ts'
import { statement } from './statement.ts'

/** A moment at which posts become public by themselves. */
export interface Appearance {
  at: string
  slugs: string[]
}

/** The first such moment after a time. Topic `titles`. */
export async function nextAppearance(reader: Reader<BlogTables>, after: string): Promise<Appearance | undefined> {
  const { posts } = await reader.snapshot({ posts: selectNext({ after }) })
  return posts[0] && { at: posts[0].listed_at, slugs: posts.map(({ slug }) => slug) }
}

/** When the next post becomes public after a time. Topic `titles`. */
export async function nextScheduledAt(reader: Reader<BlogTables>, after: string): Promise<string | undefined> {
  return (await nextAppearance(reader, after))?.at
}

/** Slugs of posts that become public after one time and until another, in that order. */
export async function postsAppearingBetween(
  reader: Reader<BlogTables>,
  after: string,
  until: string,
): Promise<string[]> {
  const { posts } = await reader.snapshot({ posts: selectBetween({ after, until }) })
  return posts.map(({ slug }) => slug)
}

const selectNext = statement<{ slug: string; listed_at: string }, { after: string }>(
  `select slug, listed_at from posts where is_draft = 0
  and listed_at = (select min(listed_at) from posts where is_draft = 0 and listed_at > :after)
  order by id`,
)

const selectBetween = statement<{ slug: string }, { after: string; until: string }>(
  `select slug from posts where is_draft = 0 and listed_at > :after and listed_at <= :until order by listed_at, id`,
)
