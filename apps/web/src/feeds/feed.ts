import type { FeedPost, Site, SiteIcon } from '@atoll/blog'
import { latest } from './times.ts'

/** What the three formats write, each in its own way. All URLs are absolute, all times ISO 8601. */
export interface Feed {
  title: string
  description: string
  language: string
  author: { name: string; url?: string }
  /** The page whose posts these are. */
  homeUrl: string
  selfUrl: string
  /** PNG, which is all that RSS allows. */
  iconUrl?: string | undefined
  faviconUrl?: string | undefined
  /** When the newest change to what is shown was made; unknown for an empty feed. */
  updatedAt?: string | undefined
  publishedAt?: string | undefined
  items: FeedItem[]
}

export interface FeedItem {
  /** Also its id: a permalink names a post for good. */
  url: string
  title: string
  publishedAt?: string | undefined
  /** Never before it was published; a post without dates has none. */
  updatedAt?: string | undefined
  tags: readonly string[]
  /** Plain text. */
  description: string
  summaryHtml: string
  html: string
  image?: FeedImage | undefined
}

export interface FeedImage {
  url: string
  contentType: string
  /** Bytes. */
  size: number
}

/** The first images of posts, by their names in assets. Their URLs may be paths. */
export type FeedImages = ReadonlyMap<string, FeedImage>

export interface FeedSubject {
  /** Paths of this site. */
  homePath: string
  selfPath: string
  /** Of a tag's feed. */
  tag?: { label: string } | undefined
}

/**
 * A whole book in a feed is refused by readers, and parsing it would hold up everybody else. The longest of articles are
 * a quarter as long.
 */
const longestHtml = 250_000

interface Context {
  site: Site
  origin: string
  images: FeedImages
}

/** Nothing in a feed depends on when it is made, so it has one ETag until a post in it changes. */
export async function createFeed(posts: readonly FeedPost[], subject: FeedSubject, context: Context): Promise<Feed> {
  const { site, origin } = context
  // The parser takes ten megabytes: it is loaded for the first feed.
  const { toPortableHtml } = await import('./portable-html.ts')
  const items: FeedItem[] = []
  for (const post of posts) items.push(await createItem(post, context, toPortableHtml))
  return {
    title: subject.tag ? `#${subject.tag.label} · ${site.title}` : site.title,
    description: site.description,
    language: site.language,
    author: { ...site.author, name: site.author.name || site.title },
    homeUrl: origin + subject.homePath,
    selfUrl: origin + subject.selfPath,
    iconUrl: urlOf(largestPng(site.icons), origin),
    faviconUrl: urlOf(
      site.icons.find(({ rel }) => rel === 'icon'),
      origin,
    ),
    updatedAt: latest(items.map((item) => item.updatedAt)),
    publishedAt: latest(items.map((item) => item.publishedAt)),
    items,
  }
}

async function createItem(
  post: FeedPost,
  { origin, images }: Context,
  toPortableHtml: (html: string, base: string) => string,
): Promise<FeedItem> {
  // Parsing a long article takes some milliseconds of the thread that serves readers: they go between two of them.
  await new Promise(setImmediate)
  const url = `${origin}/posts/${post.slug}`
  const image = post.image === null ? undefined : images.get(post.image)
  return {
    url,
    title: post.title,
    publishedAt: post.publishedAt ?? undefined,
    updatedAt: latest([post.publishedAt, post.updatedAt]),
    tags: post.tags,
    description: post.description,
    summaryHtml: toPortableHtml(post.summaryHtml, url),
    html: post.html.length > longestHtml ? summaryOf(post, url, toPortableHtml) : toPortableHtml(post.html, url),
    image: image && { ...image, url: new URL(image.url, origin).href },
  }
}

function summaryOf({ summaryHtml }: FeedPost, url: string, toPortableHtml: (html: string, base: string) => string) {
  return `${toPortableHtml(summaryHtml, url)}\n<p><a href="${url}">Read all of it on the site</a></p>`
}

function largestPng(icons: readonly SiteIcon[]): SiteIcon | undefined {
  const width = ({ sizes, rel }: SiteIcon) => Number.parseInt(sizes ?? '', 10) || (rel === 'apple-touch-icon' ? 180 : 0)
  return icons.filter(({ type }) => type === 'image/png').sort((a, b) => width(b) - width(a))[0]
}

function urlOf(icon: SiteIcon | undefined, origin: string): string | undefined {
  return icon && new URL(icon.href, origin).href
}
