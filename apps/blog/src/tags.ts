import type { Reader } from '@atoll/repo'
import { compareNames, selectLanguage } from './name-order.ts'
import type { BlogTables } from './schema/tables.ts'
import { statement } from './statement.ts'
import { tagSlug } from './tag-slug.ts'

export { tagSlug }

export interface Tag {
  slug: string
  label: string
  /** How many public posts, or projects, have it. */
  count: number
}

/** Tags of public posts, the most used first, then by name. Topics `titles`, `site`. */
export async function listTags(reader: Reader<BlogTables>, { now }: { now: string }): Promise<Tag[]> {
  const { tags, language } = await reader.snapshot({ tags: selectTags({ now }), language: selectLanguage({}) })
  return orderTags(tags, language[0]!.language)
}

/** Finds a tag of public posts by its label or slug. Topic `titles`. */
export async function findTag(
  reader: Reader<BlogTables>,
  tag: string,
  { now }: { now: string },
): Promise<Tag | undefined> {
  return (await reader.snapshot({ tag: selectTag({ slug: tagSlug(tag), now }) })).tag[0]
}

/** Tags of projects, the most used first, then by name. Topics `projects`, `site`. */
export async function projectTags(reader: Reader<BlogTables>): Promise<Tag[]> {
  const { tags, language } = await reader.snapshot({ tags: selectProjectTags({}), language: selectLanguage({}) })
  return orderTags(tags, language[0]!.language)
}

export function orderTags(tags: Tag[], language: string): Tag[] {
  const compare = compareNames(language)
  return tags.toSorted((a, b) => b.count - a.count || compare(a.label, b.label))
}

// The counts include posts whose time has not come; those are few and are subtracted.
const later = `later as materialized (
    select tag, count(*) as posts from posts cross join post_tags on post_id = id
    where is_draft = 0 and listed_at > :now group by tag
  )`

const counted = `select tags.slug, tags.label, tag_counts.posts - coalesce(later.posts, 0) as count
  from tag_counts join tags on tags.slug = tag_counts.tag left join later on later.tag = tag_counts.tag`

export const selectTags = statement<Tag, { now: string }>(`with ${later} select * from (${counted}) where count > 0`)

const selectTag = statement<Tag, { now: string; slug: string }>(
  `with ${later} select * from (${counted} where tags.slug = :slug) where count > 0`,
)

const selectProjectTags = statement<Tag>(
  `select slug, label, count(*) as count from project_tags join tags on slug = tag group by slug`,
)
