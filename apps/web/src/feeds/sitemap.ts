import { listYears, type SitemapEntry, sitemapEntries } from '@atoll/blog'
import type { Page, PageRequest, PageResult } from '../page.ts'
import { latest } from './times.ts'
import { element, optional, type Xml, xmlDocument } from './xml.ts'

/** How many addresses one file may hold, by the protocol. */
const largestSitemap = 50_000

const namespace = { xmlns: 'http://www.sitemaps.org/schemas/sitemap/0.9' }

interface Place {
  path: string
  modifiedAt?: string | null | undefined
}

/**
 * The pages of `/sitemap.xml` and of `/sitemap-<part>.xml`: all addresses in one file, or, where these are too many,
 * an index and its parts.
 */
export function sitemapPages({ limit = largestSitemap } = {}): { sitemap: Page; part: Page } {
  return {
    async sitemap(request) {
      const places = await publicPlaces(request)
      const text = places.length <= limit ? sitemapOf(places, request.origin) : indexOf(places, limit, request.origin)
      return page(text)
    },
    async part(request) {
      const number = Number(/\d+/.exec(request.params.file!)![0])
      const places = await publicPlaces(request)
      const part = places.slice((number - 1) * limit, number * limit)
      const isPart = places.length > limit && part.length > 0
      return isPart ? page(sitemapOf(part, request.origin)) : { kind: 'missing' }
    },
  }
}

/** Everything a search engine should know: no search results, no further pages of lists. */
async function publicPlaces({ reader, now, site }: PageRequest): Promise<Place[]> {
  const { posts, pages, tags, series } = await sitemapEntries(reader, { now })
  const years = await listYears(reader, { now, timeZone: site.timeZone })
  const newest = latest(posts.map(({ modifiedAt }) => modifiedAt))
  return [
    { path: '/', modifiedAt: newest },
    { path: '/posts', modifiedAt: newest },
    { path: '/projects' },
    ...(tags.length > 0 ? [{ path: '/tags' }] : []),
    ...(years.length > 0 ? [{ path: '/archive' }] : []),
    ...(series.length > 0 ? [{ path: '/series' }] : []),
    ...below('/posts/', posts),
    ...below('/', pages),
    ...below('/tags/', tags),
    ...below('/series/', series),
    ...years.map(({ year }) => ({ path: `/archive/${year}` })),
  ]
}

function below(prefix: string, entries: readonly SitemapEntry[]): Place[] {
  return entries.map(({ slug, modifiedAt }) => ({ path: prefix + encodeURIComponent(slug), modifiedAt }))
}

function sitemapOf(places: readonly Place[], origin: string): string {
  return xmlDocument(
    element(
      'urlset',
      namespace,
      places.map((place) => entry('url', place, origin)),
    ),
  )
}

function indexOf(places: readonly Place[], limit: number, origin: string): string {
  const parts = Array.from({ length: Math.ceil(places.length / limit) }, (_, index) => ({
    path: `/sitemap-${index + 1}.xml`,
    modifiedAt: latest(places.slice(index * limit, (index + 1) * limit).map(({ modifiedAt }) => modifiedAt)),
  }))
  return xmlDocument(
    element(
      'sitemapindex',
      namespace,
      parts.map((part) => entry('sitemap', part, origin)),
    ),
  )
}

function entry(name: 'url' | 'sitemap', { path, modifiedAt }: Place, origin: string): Xml {
  return element(name, {}, element('loc', {}, origin + path), optional('lastmod', modifiedAt))
}

function page(body: string): PageResult {
  return { kind: 'page', body, contentType: 'application/xml; charset=utf-8', topics: ['posts', 'pages', 'titles'] }
}
