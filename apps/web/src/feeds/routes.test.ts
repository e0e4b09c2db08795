import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { feedLimit } from './feed-page.ts'
import { feedRoutes } from './routes.ts'
import { type FeedServer, openFeedServer } from './testing/feed-server.ts'
import { jsonFeedSchema } from './testing/json-feed-schema.ts'
import { findInXml, validateXml } from './testing/validate-xml.ts'

let server: FeedServer

async function open() {
  server = await openFeedServer(feedRoutes)
  const asset = `'cats/tom tom.webp', 'assets/cats/tom tom.png', 'image', 'image/webp', 'abc', 99, 8, 8, null, '[]', 0`
  server.blog.sqlite.exec(`insert into assets values (${asset})`)
  server.blog.addPosts([
    {
      slug: 'a',
      title: 'A & a',
      publishedAt: '2026-05-01T00:00:00Z',
      tags: ['Sea'],
      html: '<img src="/assets/x/y.webp">',
    },
    { slug: 'b', publishedAt: '2026-05-02T00:00:00Z', tags: ['日本語'], columns: { image: 'cats/tom tom.webp' } },
    {
      slug: 'draft',
      publishedAt: '2026-05-03T00:00:00Z',
      tags: ['Sea', 'Secret'],
      isDraft: true,
      html: '<p>Better</p>',
    },
    { slug: 'later', publishedAt: '2026-07-01T00:00:00Z', tags: ['Sea', 'Plans'] },
    { slug: 'undated', columns: { series: 'S 1' } },
  ])
  server.blog.sqlite.exec(`insert into pages select 'about', 'pages/about.md', 1, 'About', '', '2026-04-01T00:00:00Z'`)
}

const types = {
  '/rss': 'application/rss+xml; charset=utf-8',
  '/atom.xml': 'application/atom+xml; charset=utf-8',
  '/feed.json': 'application/feed+json; charset=utf-8',
}

describe('feeds', () => {
  beforeAll(open)
  afterAll(() => server.close())

  it.each(Object.entries(types))('answers %s with its type, for web pages of other sites too', async (path, type) => {
    const response = await server.ask(path)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe(type)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })

  it('are valid', async () => {
    for (const folder of ['', '/tags/sea', '/tags/%E6%97%A5%E6%9C%AC%E8%AA%9E']) {
      validateXml(await server.read(folder ? `${folder}/rss.xml` : '/rss'), 'rss')
      validateXml(await server.read(`${folder}/atom.xml`), 'atom')
      jsonFeedSchema.parse(JSON.parse(await server.read(`${folder}/feed.json`)))
    }
  })

  it('hold what is public, newest first', async () => {
    const links = findInXml(await server.read('/rss'), '//item/link')
    expect(links).toEqual(['b', 'a', 'undated'].map((slug) => `https://tide.example/posts/${slug}`))
  })

  it('make the addresses in posts absolute', async () => {
    expect(findInXml(await server.read('/rss'), '//item/c:encoded')).toContain(
      '<img src="https://tide.example/assets/x/y.webp">',
    )
  })

  it('enclose the first image of a post', async () => {
    expect(findInXml(await server.read('/rss'), '//enclosure/@url')).toEqual([
      'https://tide.example/assets/abc/tom%20tom.webp',
    ])
  })

  it('exist for tags, under one address each', async () => {
    expect(findInXml(await server.read('/tags/sea/rss.xml'), '//item/title')).toEqual(['A & a'])
    const other = await server.ask('/tags/SEA/atom.xml')
    expect([other.status, other.headers.get('location')]).toEqual([301, '/tags/sea/atom.xml'])
  })

  it.each(['unknown', 'secret', 'plans'])('do not exist for the tag %s, which nothing public has', async (tag) => {
    expect((await server.ask(`/tags/${tag}/rss.xml`)).status).toBe(404)
  })

  it.each([
    ['/rss.xml', '/rss'],
    ['/feed', '/rss'],
    ['/feed.xml', '/rss'],
    ['/index.xml', '/rss'],
    ['/atom', '/atom.xml'],
  ])('are found where other programs have them: %s', async (path, location) => {
    const response = await server.ask(path)
    expect([response.status, response.headers.get('location')]).toEqual([301, location])
  })
})

describe('feeds of content that changes', () => {
  beforeEach(open)
  afterEach(() => server.close())

  it('are not sent again to who has them, until a post changes', async () => {
    for (const path of Object.keys(types)) {
      const etag = (await server.ask(path)).headers.get('etag')!
      expect((await server.ask(path, { 'If-None-Match': etag })).status).toBe(304)
      const title = `New title for ${path}`
      await server.blog.repo.db.updateTable('posts').set({ title }).where('slug', '=', 'a').execute()
      const changed = await server.ask(path, { 'If-None-Match': etag })
      expect(changed.status).toBe(200)
      expect(await changed.text()).toContain(title)
    }
  })

  it('change when the body of a post does', async () => {
    expect(await server.read('/rss')).not.toContain('Better')
    const other = server.blog.sqlite
      .prepare(`select document_id from posts where slug = 'draft'`)
      .pluck()
      .get() as number
    await server.blog.repo.db.updateTable('posts').set({ document_id: other }).where('slug', '=', 'a').execute()
    expect(await server.read('/rss')).toContain('Better')
  })

  it('stop at the newest fifty', async () => {
    server.blog.addPosts(
      Array.from({ length: 60 }, (_, index) => ({ slug: `p${index}`, publishedAt: '2026-01-01T00:00:00Z' })),
    )
    expect(findInXml(await server.read('/atom.xml'), '//a:entry')).toHaveLength(feedLimit)
  })

  it('are valid while there is no post', async () => {
    server.blog.sqlite.exec('delete from posts')
    validateXml(await server.read('/rss'), 'rss')
    validateXml(await server.read('/atom.xml'), 'atom')
  })
})

describe('what machines ask for besides', () => {
  beforeAll(open)
  afterAll(() => server.close())

  describe('/sitemap.xml', () => {
    it('lists what is public, with the time of its last change', async () => {
      const text = await server.read('/sitemap.xml')
      validateXml(text, 'sitemap')
      const paths = findInXml(text, '//s:loc').map((url) => url.replace('https://tide.example', ''))
      expect(paths).toEqual([
        '/',
        '/posts',
        '/projects',
        '/tags',
        '/archive',
        '/series',
        '/posts/b',
        '/posts/a',
        '/posts/undated',
        '/about',
        '/tags/sea',
        '/tags/%E6%97%A5%E6%9C%AC%E8%AA%9E',
        '/series/s-1',
        '/archive/2026',
      ])
      expect(findInXml(text, "//s:url[s:loc='https://tide.example/posts/a']/s:lastmod")).toEqual([
        '2026-05-01T00:00:00Z',
      ])
    })

    it('is one part of itself only where there are several', async () => {
      expect((await server.ask('/sitemap-1.xml')).status).toBe(404)
    })
  })

  describe('/robots.txt', () => {
    it('lets everything be read, and names the sitemap', async () => {
      const response = await server.ask('/robots.txt')
      expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
      const text = await response.text()
      expect(text).toContain('Sitemap: https://tide.example/sitemap.xml\n')
      expect(text).toMatch(/^Disallow:$/m)
    })
  })

  describe('/opensearch.xml', () => {
    it('tells browsers how to search', async () => {
      expect(await server.read('/opensearch.xml')).toContain('template="https://tide.example/search?q={searchTerms}"')
    })
  })
})
