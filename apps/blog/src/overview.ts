import type { Reader } from '@atoll/repo'
import { countPublic } from './posts.ts'
import type { BlogTables } from './schema/tables.ts'
import { selectTags, type Tag } from './tags.ts'

/** What every list of posts shows of all of them. */
export interface PostsOverview {
  /** How many public posts there are. */
  total: number
  /** The most used first. */
  tags: Tag[]
}

/** Topic `titles`. */
export async function readPostsOverview(reader: Reader<BlogTables>, { now }: { now: string }): Promise<PostsOverview> {
  const { total, tags } = await reader.snapshot({ total: countPublic({ now }), tags: selectTags({ now }) })
  return { total: total[0]!.total, tags }
}
