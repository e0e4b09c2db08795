import type { Page, Route } from '../page.ts'
import { siteFeedPage, tagFeedPage } from './feed-page.ts'
import { openSearchPage } from './open-search.ts'
import { robotsPage } from './robots.ts'
import { sitemapPages } from './sitemap.ts'

const { sitemap, part } = sitemapPages()

/** Feeds, and what machines ask for. Before the pages whose paths are a single segment. */
export const feedRoutes: readonly Route[] = [
  ['GET', '/rss', siteFeedPage('rss')],
  ['GET', '/atom.xml', siteFeedPage('atom')],
  ['GET', '/feed.json', siteFeedPage('json')],
  ['GET', '/tags/:tag/rss.xml', tagFeedPage('rss')],
  ['GET', '/tags/:tag/atom.xml', tagFeedPage('atom')],
  ['GET', '/tags/:tag/feed.json', tagFeedPage('json')],
  // Where other programs have their feeds, and people type them from memory.
  ['GET', '/rss.xml', movedTo('/rss')],
  ['GET', '/feed', movedTo('/rss')],
  ['GET', '/feed.xml', movedTo('/rss')],
  ['GET', '/index.xml', movedTo('/rss')],
  ['GET', '/atom', movedTo('/atom.xml')],
  ['GET', '/sitemap.xml', sitemap],
  ['GET', '/:file{sitemap-[1-9][0-9]{0,5}\\.xml}', part],
  ['GET', '/robots.txt', robotsPage],
  ['GET', '/opensearch.xml', openSearchPage],
]

/** Feed readers note a 301 and ask at the new place from then on; some do not know 308. */
function movedTo(location: string): Page {
  return async () => ({ kind: 'redirect', status: 301, location, topics: [] })
}
