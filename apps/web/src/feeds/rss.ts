import type { Feed, FeedItem } from './feed.ts'
import { toRfc822 } from './times.ts'
import { element, optional, type Xml, xmlDocument } from './xml.ts'

/** RSS 2.0 with whole posts, as the RSS Advisory Board's profile recommends. */
export function writeRss(feed: Feed): string {
  return xmlDocument(
    element(
      'rss',
      {
        version: '2.0',
        'xmlns:atom': 'http://www.w3.org/2005/Atom',
        'xmlns:content': 'http://purl.org/rss/1.0/modules/content/',
        'xmlns:dc': 'http://purl.org/dc/elements/1.1/',
      },
      element(
        'channel',
        {},
        element('title', {}, feed.title),
        element('link', {}, feed.homeUrl),
        // Required, and better than nothing.
        element('description', {}, feed.description || feed.title),
        element('language', {}, feed.language),
        optional('lastBuildDate', feed.updatedAt && toRfc822(feed.updatedAt)),
        optional('pubDate', feed.publishedAt && toRfc822(feed.publishedAt)),
        // Minutes that a reader may wait before it asks again.
        element('ttl', {}, 60),
        element('generator', {}, 'Atoll'),
        element('atom:link', { href: feed.selfUrl, rel: 'self', type: 'application/rss+xml' }),
        image(feed),
        feed.items.map((item) => itemElement(item, feed)),
      ),
    ),
  )
}

function image({ iconUrl, title, homeUrl }: Feed): Xml | undefined {
  if (!iconUrl) return undefined
  return element('image', {}, element('url', {}, iconUrl), element('title', {}, title), element('link', {}, homeUrl))
}

function itemElement(item: FeedItem, feed: Feed): Xml {
  const { image } = item
  return element(
    'item',
    {},
    element('title', {}, item.title),
    element('link', {}, item.url),
    element('guid', { isPermaLink: 'true' }, item.url),
    optional('pubDate', item.publishedAt && toRfc822(item.publishedAt)),
    // RSS's own <author> wants an e-mail address.
    element('dc:creator', {}, feed.author.name),
    item.tags.map((tag) => element('category', {}, tag)),
    optional('description', item.summaryHtml || item.description),
    element('content:encoded', {}, item.html),
    image && element('enclosure', { url: image.url, length: image.size, type: image.contentType }),
  )
}
