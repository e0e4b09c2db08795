import { type BlogTables, feedPosts, findTag } from '@atoll/blog'
import type { Reader } from '@atoll/repo'
import type { Page, PageRequest, PageResult } from '../page.ts'
import { writeAtom } from './atom.ts'
import { createFeed, type Feed, type FeedImages, type FeedSubject } from './feed.ts'
import { type FeedFormatName, feedFormats, tagFeedPath } from './feed-links.ts'
import { writeJsonFeed } from './json-feed.ts'
import { writeRss } from './rss.ts'

/** Posts are whole, so a feed of all of them would grow without end; who comes back within fifty posts misses none. */
export const feedLimit = 50

const writers: Record<FeedFormatName, (feed: Feed) => string> = {
  rss: writeRss,
  atom: writeAtom,
  json: writeJsonFeed,
}

/** The newest posts in one format. */
export function siteFeedPage(format: FeedFormatName): Page {
  return (request) => feedOf(request, format, { homePath: '/', selfPath: feedFormats[format].sitePath }, {})
}

/** The newest posts of the tag in the path. */
export function tagFeedPage(format: FeedFormatName): Page {
  return async (request) => {
    const asked = request.params.tag!
    const tag = await findTag(request.reader, asked, { now: request.now })
    if (!tag) return { kind: 'missing' }
    const selfPath = tagFeedPath(tag.slug, format)
    if (tag.slug !== asked) return { kind: 'redirect', status: 301, location: selfPath, topics: ['titles'] }
    const homePath = `/tags/${encodeURIComponent(tag.slug)}`
    return feedOf(request, format, { homePath, selfPath, tag }, { tag: tag.slug })
  }
}

async function feedOf(
  { reader, now, site, origin }: PageRequest,
  format: FeedFormatName,
  subject: FeedSubject,
  filter: { tag?: string },
): Promise<PageResult> {
  const posts = await feedPosts(reader, { now, limit: feedLimit, ...filter })
  const images = await findImages(
    reader,
    posts.flatMap(({ image }) => image ?? []),
  )
  const feed = await createFeed(posts, subject, { site, origin, images })
  return {
    kind: 'page',
    body: writers[format](feed),
    contentType: `${feedFormats[format].type}; charset=utf-8`,
    // A list of posts, and the whole of each; an image that changes changes the post that shows it.
    topics: ['posts', ...(subject.tag ? ['titles'] : []), ...posts.map(({ slug }) => `post:${slug}`)],
    // For readers that are web pages.
    headers: { 'Access-Control-Allow-Origin': '*' },
  }
}

async function findImages(reader: Reader<BlogTables>, names: readonly string[]): Promise<FeedImages> {
  if (names.length === 0) return new Map()
  const rows = await reader.db
    .selectFrom('assets')
    .select(['name', 'hash', 'size', 'content_type as contentType'])
    .where('name', 'in', names)
    .execute()
  return new Map(
    rows.map(({ name, hash, size, contentType }) => {
      const file = name.slice(name.lastIndexOf('/') + 1)
      return [name, { url: `/assets/${hash}/${encodeURIComponent(file)}`, size, contentType }]
    }),
  )
}
