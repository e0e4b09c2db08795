import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sitemapPages } from './sitemap.ts'
import { type FeedServer, openFeedServer } from './testing/feed-server.ts'
import { findInXml, validateXml } from './testing/validate-xml.ts'

const { sitemap, part } = sitemapPages({ limit: 10 })
let server: FeedServer

beforeAll(async () => {
  server = await openFeedServer([
    ['GET', '/sitemap.xml', sitemap],
    ['GET', '/:file{sitemap-[1-9][0-9]{0,5}\\.xml}', part],
  ])
  const day = (index: number) => `2026-01-${String(31 - index).padStart(2, '0')}T00:00:00Z`
  server.blog.addPosts(Array.from({ length: 21 }, (_, index) => ({ slug: `p${index}`, publishedAt: day(index) })))
})

afterAll(() => server.close())

describe('a sitemap of more addresses than one file may hold', () => {
  it('is an index of parts, each with the time of its last change', async () => {
    const text = await server.read('/sitemap.xml')
    validateXml(text, 'sitemap')
    expect(findInXml(text, '//s:sitemap/s:loc')).toEqual(
      [1, 2, 3].map((number) => `https://tide.example/sitemap-${number}.xml`),
    )
    expect(findInXml(text, '//s:sitemap/s:lastmod')).toEqual([
      '2026-01-31T00:00:00Z',
      '2026-01-25T00:00:00Z',
      '2026-01-15T00:00:00Z',
    ])
  })

  it('has every address in one of its parts', async () => {
    const parts = await Promise.all([1, 2, 3].map((number) => server.read(`/sitemap-${number}.xml`)))
    for (const text of parts) validateXml(text, 'sitemap')
    const urls = parts.flatMap((text) => findInXml(text, '//s:url/s:loc'))
    expect(new Set(urls).size).toBe(urls.length)
    for (let index = 0; index < 21; index++) expect(urls).toContain(`https://tide.example/posts/p${index}`)
  })

  it.each(['/sitemap-4.xml', '/sitemap-0.xml', '/sitemap-x.xml', '/sitemap-1234567.xml'])(
    'has no part %s',
    async (path) => {
      expect((await server.ask(path)).status).toBe(404)
    },
  )
})
