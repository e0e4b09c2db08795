/** A feed, as `<link rel="alternate">` names it. */
export interface FeedLink {
  title: string
  path: string
  type: string
}

interface FeedFormat {
  name: string
  type: string
  sitePath: string
  /** Below `/tags/<tag>/`. */
  tagFile: string
}

export const feedFormats = {
  rss: { name: 'RSS', type: 'application/rss+xml', sitePath: '/rss', tagFile: 'rss.xml' },
  atom: { name: 'Atom', type: 'application/atom+xml', sitePath: '/atom.xml', tagFile: 'atom.xml' },
  json: { name: 'JSON Feed', type: 'application/feed+json', sitePath: '/feed.json', tagFile: 'feed.json' },
} as const satisfies Record<string, FeedFormat>

export type FeedFormatName = keyof typeof feedFormats

/** Every page names these. */
export function siteFeedLinks(siteTitle: string): FeedLink[] {
  return Object.values(feedFormats).map(({ name, type, sitePath }) => ({
    title: `${siteTitle}: ${name}`,
    path: sitePath,
    type,
  }))
}

/** The page of a tag names these besides. */
export function tagFeedLinks(tag: { slug: string; label: string }): FeedLink[] {
  return Object.entries(feedFormats).map(([format, { name, type }]) => ({
    title: `#${tag.label}: ${name}`,
    path: tagFeedPath(tag.slug, format as FeedFormatName),
    type,
  }))
}

export function tagFeedPath(slug: string, format: FeedFormatName): string {
  return `/tags/${encodeURIComponent(slug)}/${feedFormats[format].tagFile}`
}
