import type { Feed, FeedItem } from './feed.ts'
import { element, optional, type Xml, xmlDocument } from './xml.ts'

/** Atom wants a date everywhere; what has none is older than everything else. */
const unknownTime = '1970-01-01T00:00:00Z'

/** Atom 1.0 (RFC 4287) with whole posts. */
export function writeAtom(feed: Feed): string {
  return xmlDocument(
    element(
      'feed',
      { xmlns: 'http://www.w3.org/2005/Atom', 'xml:lang': feed.language },
      element('id', {}, feed.homeUrl),
      element('title', {}, feed.title),
      optional('subtitle', feed.description),
      element('updated', {}, feed.updatedAt ?? unknownTime),
      element('link', { rel: 'self', type: 'application/atom+xml', href: feed.selfUrl }),
      element('link', { rel: 'alternate', type: 'text/html', href: feed.homeUrl }),
      element('author', {}, element('name', {}, feed.author.name), optional('uri', feed.author.url)),
      optional('icon', feed.iconUrl),
      element('generator', {}, 'Atoll'),
      feed.items.map(entry),
    ),
  )
}

function entry(item: FeedItem): Xml {
  const { image } = item
  return element(
    'entry',
    {},
    element('id', {}, item.url),
    element('title', {}, item.title),
    element('updated', {}, item.updatedAt ?? unknownTime),
    optional('published', item.publishedAt),
    element('link', { rel: 'alternate', type: 'text/html', href: item.url }),
    image && element('link', { rel: 'enclosure', type: image.contentType, length: image.size, href: image.url }),
    item.tags.map((tag) => element('category', { term: tag })),
    item.summaryHtml === ''
      ? optional('summary', item.description)
      : element('summary', { type: 'html' }, item.summaryHtml),
    element('content', { type: 'html' }, item.html),
  )
}
