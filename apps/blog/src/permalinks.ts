import type { Reader } from '@atoll/repo'
import { canonicalSlug } from './import/slug.ts'
import type { BlogTables } from './schema/tables.ts'
import { isPublic, statement } from './statement.ts'

/** The slug of the public post that has a permalink, written with or without slashes around it. Topic `permalinks`. */
export async function findPermalink(
  reader: Reader<BlogTables>,
  path: string,
  { now }: { now: string },
): Promise<string | undefined> {
  const found = await reader.snapshot({ post: selectByPermalink({ path: path.replace(/^\/+|\/+$/g, ''), now }) })
  return found.post[0]?.slug
}

/**
 * Where the public post is that a slug used to mean: one it had before, or its old spelling with underscores.
 * Topics `permalinks`, `titles`. Undefined too for a slug that is right as it is.
 */
export async function findRedirect(
  reader: Reader<BlogTables>,
  slug: string,
  { now }: { now: string },
): Promise<string | undefined> {
  const canonical = canonicalSlug(slug)
  const found = await reader.snapshot({ post: selectMoved({ slug, canonical, now }) })
  return found.post[0]?.slug
}

const selectByPermalink = statement<{ slug: string }, { path: string; now: string }>(
  `select slug from permalinks join posts on slug = post_slug where path = :path and ${isPublic}`,
)

const selectMoved = statement<{ slug: string }, { slug: string; canonical: string; now: string }>(
  `select slug from posts
  where slug <> :slug and ${isPublic}
    and slug in (:canonical, (select to_slug from redirects where from_slug in (:slug, :canonical) limit 1))
  order by slug <> :canonical limit 1`,
)
