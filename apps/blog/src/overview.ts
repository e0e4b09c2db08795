import type { Reader } from '@atoll/repo'
import { selectLanguage } from './name-order.ts'
import { countPublic } from './posts.ts'
import type { BlogTables } from './schema/tables.ts'
import { orderTags, selectTags, type Tag } from './tags.ts'

/** What every list of posts shows of all of them. */
export interface PostsOverview {
  /** How many public posts there are. */
  total: number
  /** The most used first. */
  tags: Tag[]
}

/** Topics `titles`, `site`. */
export async function readPostsOverview(reader: Reader<BlogTables>, { now }: { now: string }): Promise<PostsOverview> {
  const { total, tags, language } = await reader.snapshot({
    total: countPublic({ now }),
    tags: selectTags({ now }),
    language: selectLanguage({}),
  })
  return { total: total[0]!.total, tags: orderTags(tags, language[0]!.language) }
}
