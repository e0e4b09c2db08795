import { openTestBlog, type TestBlog, type TestPost } from '@atoll/blog/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { failurePage } from './failure.tsx'
import { missingPage } from './missing.tsx'
import { askPage, origin } from './testing/ask-page.ts'

let blog: TestBlog
beforeAll(async () => {
  blog = await openTestBlog()
})
afterAll(() => blog.close())

beforeEach(() => {
  for (const table of ['posts', 'pages', 'projects', 'permalinks', 'redirects', 'documents']) {
    blog.sqlite.exec(`delete from ${table}`)
  }
})

const numbered = (count: number): TestPost[] =>
  Array.from({ length: count }, (_, index) => ({
    slug: `post-${index + 1}`,
    title: `Post ${index + 1}`,
    publishedAt: `2026-01-01T00:${String(index).padStart(2, '0')}:00Z`,
  }))

describe('every page', () => {
  const addresses = [
    '/',
    '/posts',
    '/posts/tide',
    '/tags',
    '/tags/sea',
    '/archive',
    '/archive/2026',
    '/series',
    '/series/the-sea',
    '/gallery',
    '/projects',
    '/search',
    '/about',
  ]

  beforeEach(() => {
    blog.addPosts([
      {
        slug: 'tide',
        title: 'The <tide>',
        tags: ['Sea'],
        publishedAt: '2026-03-01T12:00:00Z',
        columns: { series: 'The sea', series_part: 1 },
      },
    ])
    addSitePage(blog, 'about', 'About')
  })

  it.each(addresses)('has one h1, one main and a link that skips to it: %s', async (address) => {
    const { html } = await askPage(blog, address)
    expect(html.match(/<h1[ >]/g)).toHaveLength(1)
    expect(html.match(/<main[ >]/g)).toHaveLength(1)
    expect(html).toContain('<a class="skip-link" href="#site:content">')
    expect(html).toContain('id="site:content"')
  })

  it.each(addresses)('has no inline style, no inline handler and no id twice: %s', async (address) => {
    const { html } = await askPage(blog, address)
    expect(html).not.toMatch(/\sstyle="|<style|\son[a-z]+="|javascript:/)
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)
    expect(ids).toEqual([...new Set(ids)])
  })

  it.each(addresses)('says what it is called, where it is, and where the feeds are: %s', async (address) => {
    const { html } = await askPage(blog, address)
    expect(html).toMatch(address === '/' ? /<title>Lagoon<\/title>/ : /<title>.+ · Lagoon<\/title>/)
    expect(html).toContain(`<link rel="canonical" href="${origin}${address}"/>`)
    for (const feed of ['/rss', '/atom.xml', '/feed.json']) expect(html).toContain(`href="${feed}"`)
    expect(html).toContain(`<meta property="og:url" content="${origin}${address}"/>`)
  })

  it('marks the place in the navigation', async () => {
    expect((await askPage(blog, '/posts')).html).toContain('<a href="/posts" aria-current="page">')
    expect((await askPage(blog, '/posts/tide')).html).toContain('<a href="/posts" aria-current="true">')
    expect((await askPage(blog, '/posts')).html).toContain('<a href="/">Home')
  })

  it('runs from right to left where the language of the site does', async () => {
    expect((await askPage(blog, '/', { site: { language: 'ar' } })).html).toContain('<html lang="ar" dir="rtl"')
    expect((await askPage(blog, '/', { site: { language: 'en' } })).html).toContain('<html lang="en">')
  })

  it('asks early for the face of plain text, and tells browsers where to search', async () => {
    const { html } = await askPage(blog, '/')
    expect(html.match(/rel="preload" href="[^"]*plex-400[^"]*\.woff2" as="font"/g)).toHaveLength(1)
    expect(html).toContain('rel="search" type="application/opensearchdescription+xml"')
  })

  it('keeps browsers from asking for an icon where the site has none', async () => {
    expect((await askPage(blog, '/')).html).toContain('<link rel="icon" href="data:,"/>')
  })

  it('writes titles as text', async () => {
    const { html } = await askPage(blog, '/posts/tide')
    expect(html).not.toContain('<tide>')
    expect(html).toContain('The &lt;tide&gt;')
  })
})

describe('the home page', () => {
  it('shows the post hello-world where there is one', async () => {
    blog.addPosts([
      { slug: 'hello-world', title: 'Hello', html: '<p>Here I am.</p>', publishedAt: '2026-01-01T00:00:00Z' },
    ])
    const { html } = await askPage(blog, '/')
    expect(html).toMatch(/<h1[^>]*>Hello<\/h1>/)
    expect(html).toContain('<p>Here I am.</p>')
  })

  it('else introduces the site and shows the newest posts', async () => {
    blog.addPosts(numbered(10))
    const { html } = await askPage(blog, '/', { site: { introductionHtml: '<p>Welcome.</p>' } })
    expect(html).toContain('<p>Welcome.</p>')
    expect(html).toContain('>Post 10</a>')
    expect(html).not.toContain('>Post 2</a>')
  })

  it('is a good page for an empty site', async () => {
    const { html } = await askPage(blog, '/')
    expect(html).toMatch(/<h1[^>]*>Lagoon<\/h1>/)
    expect(html).toContain('Nothing is written yet')
  })
})

describe('the list of posts', () => {
  it('counts in the singular', async () => {
    blog.addPosts(numbered(1))
    expect((await askPage(blog, '/posts')).html).toContain('>1 post<')
  })

  it('says so when there is none', async () => {
    const { html } = await askPage(blog, '/posts')
    expect(html).toContain('>No posts<')
    expect(html).toContain('No Posts Found')
  })

  it('has pages, numbered on', async () => {
    blog.addPosts(numbered(21))
    const { html } = await askPage(blog, '/posts?page=2')
    expect(html).toContain('#21')
    expect(html).toContain('>Post 1</a>')
    expect(html).not.toContain('>Post 2</a>')
    expect(html).toContain('Page 2 of 2')
    expect(html).toContain('<a href="/posts" rel="prev">')
    expect(await askPage(blog, '/posts?page=3')).toMatchObject({ kind: 'missing' })
  })

  it('shows what has any of the tags, and takes a tag away that is clicked again', async () => {
    blog.addPosts([
      { slug: 'a', title: 'About A', tags: ['Sea'], publishedAt: '2026-01-01T00:00:00Z' },
      { slug: 'b', title: 'About B', tags: ['Sand'], publishedAt: '2026-01-02T00:00:00Z' },
      { slug: 'c', title: 'About C', tags: [], publishedAt: '2026-01-03T00:00:00Z' },
    ])
    const { html } = await askPage(blog, '/posts?tags=Sea,sand')
    expect(html).toContain('>2 posts<')
    expect(html).not.toContain('About C')
    expect(html).toContain('<a class="tag" href="/posts?tags=sand" aria-current="true"><span class="hash">#</span>Sea')
  })
})

describe('a search', () => {
  beforeEach(() => {
    blog.addPosts([
      { slug: 'a', title: 'Seagulls', text: 'They steal chips.', tags: ['Birds'], publishedAt: '2026-01-01T00:00:00Z' },
      { slug: 'b', title: 'Lighthouses', text: 'They stand still.', publishedAt: '2026-01-02T00:00:00Z' },
    ])
    blog.addProjects([{ name: 'Chipshop', description: 'Feeds seagulls.', tags: ['Birds'] }])
  })

  it('marks what was found, in the title and in the text', async () => {
    const title = await askPage(blog, '/posts?q=seagulls')
    expect(title.html).toContain('<mark>Seagulls</mark>')
    expect(title.html).not.toContain('Lighthouses')
    expect((await askPage(blog, '/posts?q=steal')).html).toContain('They <mark>steal</mark> chips.')
  })

  it('keeps the search when a tag is toggled, and the tags when the search is cleared', async () => {
    const { html } = await askPage(blog, '/posts?q=chips&tags=Birds')
    expect(html).toContain('href="/posts?q=chips" aria-current="true"><span class="hash">#</span>Birds')
    expect(html).toContain('<a href="/posts?tags=Birds">Clear search</a>')
    expect(html).toContain('<a href="/posts?q=chips">Clear tags</a>')
    expect(html).toContain('<input type="hidden" name="tags" value="Birds"/>')
  })

  it('asks back when there may be a typo', async () => {
    const { html } = await askPage(blog, '/posts?q=lighthoses')
    expect(html).toContain('No Posts Found')
    expect(html).toMatch(/Did you mean <a href="\/posts\?q=lighthouses">lighthouses<\/a>\?/)
  })

  it('of everything finds posts and projects', async () => {
    const { html } = await askPage(blog, '/search?q=seagulls')
    expect(html).toContain('>1 post, 1 project<')
    expect(html).toContain('Feeds <mark>seagulls</mark>.')
    expect(html).toContain(`<link rel="canonical" href="${origin}/search"/>`)
  })

  it('of everything finds pages, and says that they are pages', async () => {
    blog.addPages([{ slug: 'harbour', title: 'The harbour', text: 'Seagulls live here.' }])
    const { html } = await askPage(blog, '/search?q=seagulls')
    expect(html).toContain('>1 post, 1 page, 1 project<')
    expect(html).toContain('<a href="/harbour">The harbour</a>')
    expect(html).toContain('<mark>Seagulls</mark> live here.')
    expect(html).toContain('<span>Page</span>')
  })

  it('of nothing shows how to ask', async () => {
    const { html } = await askPage(blog, '/search')
    expect(html).toContain('How to ask')
    expect(html).not.toContain('Nothing Found')
  })

  it('shows what was typed as text', async () => {
    const { html } = await askPage(blog, `/search?q=${encodeURIComponent('"><script>alert(1)</script>')}`)
    expect(html).not.toContain('<script>alert')
    expect(html).toContain('value="&quot;&gt;&lt;script&gt;')
  })
})

describe('projects', () => {
  it('are listed by name, and lead elsewhere in a new tab', async () => {
    blog.addProjects([{ name: 'Tidepool' }, { name: 'Anchor', tags: ['Iron'] }])
    const { html } = await askPage(blog, '/projects')
    expect(html).toContain('>2 projects<')
    expect(html.indexOf('Anchor')).toBeLessThan(html.indexOf('Tidepool'))
    expect(html).toMatch(/rel="noopener noreferrer" target="_blank" aria-label="View project: Anchor/)
    expect(html).toContain('href="/projects?tags=Iron"')
  })

  it('may be none', async () => {
    expect((await askPage(blog, '/projects')).html).toContain('No Projects Found')
  })
})

describe('a post', () => {
  const dated = { publishedAt: '2026-03-01T12:00:00Z' }

  it('shows when it was published and updated, and how long it takes', async () => {
    blog.addPosts([{ slug: 'a', ...dated, columns: { updated_at: '2026-04-02T12:00:00Z', reading_minutes: 3 } }])
    const { html } = await askPage(blog, '/posts/a')
    expect(html).toContain(
      '<a href="/posts/a" rel="bookmark"><time datetime="2026-03-01T12:00:00Z">March 1, 2026</time></a>',
    )
    expect(html).toContain('Updated <time datetime="2026-04-02T12:00:00Z">April 2, 2026</time>')
    expect(html).toContain('Approx. 3 minutes read')
  })

  it('leads to its tags, its source, its neighbours and what is related', async () => {
    blog.addPosts([
      { slug: 'old', title: 'Old one', publishedAt: '2026-01-01T00:00:00Z' },
      { slug: 'a', tags: ['Sea'], ...dated, columns: { source: 'posts/a b.md' } },
      { slug: 'new', title: 'New one', publishedAt: '2026-05-01T00:00:00Z', tags: ['Sea'] },
    ])
    const { html } = await askPage(blog, '/posts/a', { site: { fileUrl: 'https://git.example/{path}' } })
    expect(html).toContain('href="/posts?tags=Sea"')
    expect(html).toContain('href="https://git.example/posts/a%20b.md"')
    expect(html).toMatch(/<a href="\/posts\/old" rel="prev">.*Old one/)
    expect(html).toMatch(/<a href="\/posts\/new" rel="next">.*New one/)
    expect(html).toMatch(/Related<\/h2>.*New one/)
  })

  it('has its series at one address, to which other spellings lead', async () => {
    blog.addPosts([{ slug: 'go', ...dated, columns: { series: 'Go on!', series_part: 1 } }])
    expect(await askPage(blog, '/series/Go%20on!')).toMatchObject({ status: 308, location: '/series/go-on' })
    expect((await askPage(blog, '/series/go-on')).kind).toBe('page')
  })

  it('shows its place in a series', async () => {
    const part = (slug: string, series_part: number) => ({ slug, ...dated, columns: { series: 'Seas', series_part } })
    blog.addPosts([part('a', 1), part('b', 2), part('c', 3)])
    const { html } = await askPage(blog, '/posts/b')
    expect(html).toContain('Part 2 of 3')
    expect(html).toContain('href="/series/seas"')
    expect(html).toContain('] 67%')
  })

  it('begins its contents with its title, and has none without headings', async () => {
    const headings = JSON.stringify([{ level: 2, id: 'b', text: 'B' }])
    blog.addPosts([
      { slug: 'a', title: 'A', ...dated },
      { slug: 'bare', ...dated },
    ])
    blog.sqlite
      .prepare(`update documents set headings = ? where id = (select document_id from posts where slug = 'a')`)
      .run(headings)
    const { html } = await askPage(blog, '/posts/a')
    expect(html).toMatch(/<nav aria-label="Table of contents">.*<a href="#a">A<\/a>.*<a href="#b">B<\/a>/)
    expect(html).toContain('<h1 class="page-title" id="a" dir="auto">A</h1>')
    expect((await askPage(blog, '/posts/bare')).html).not.toContain('Table of contents')
  })

  it('is missing while it is a draft, or before its time', async () => {
    blog.addPosts([
      { slug: 'draft', isDraft: true, ...dated },
      { slug: 'later', publishedAt: '2027-01-01T00:00:00Z' },
    ])
    expect(await askPage(blog, '/posts/draft')).toMatchObject({ kind: 'missing' })
    expect(await askPage(blog, '/posts/later')).toMatchObject({ kind: 'missing' })
  })

  it('says in a preview that nobody else sees it', async () => {
    blog.addPosts([
      { slug: 'draft', isDraft: true },
      { slug: 'later', publishedAt: '2027-01-01T00:00:00Z' },
    ])
    const draft = await askPage(blog, '/posts/draft', { isPreview: true })
    expect(draft.html).toContain('This is a draft')
    expect(draft.html).toContain('<meta name="robots" content="noindex"/>')
    expect((await askPage(blog, '/posts/later', { isPreview: true })).html).toContain('Public from January 1, 2027')
  })

  it('is found under its old spellings and its old slug', async () => {
    blog.addPosts([{ slug: 'high-tide', ...dated }])
    blog.sqlite.prepare(`insert into redirects (from_slug, to_slug) values ('flood', 'high-tide')`).run()
    expect(await askPage(blog, '/posts/high_tide')).toMatchObject({ status: 308, location: '/posts/high-tide' })
    expect(await askPage(blog, '/posts/flood')).toMatchObject({ status: 301, location: '/posts/high-tide' })
    expect(await askPage(blog, '/posts/nothing')).toMatchObject({ kind: 'missing' })
  })

  it('answers at the addresses it asks for', async () => {
    blog.addPosts([{ slug: 'high-tide', ...dated }])
    const add = blog.sqlite.prepare(`insert into permalinks (path, post_slug) values (?, 'high-tide')`)
    for (const path of ['uses', 'old/place']) add.run(path)
    expect(await askPage(blog, '/uses')).toMatchObject({ status: 308, location: '/posts/high-tide' })
    expect(await askPage(blog, '/old/place')).toMatchObject({ status: 308, location: '/posts/high-tide' })
    expect(await askPage(blog, '/nowhere')).toMatchObject({ kind: 'missing' })
  })
})

describe('tags', () => {
  beforeEach(() => blog.addPosts([{ slug: 'a', tags: ['Web Design'], publishedAt: '2026-01-01T00:00:00Z' }]))

  it('have one address each, to which other spellings lead', async () => {
    expect((await askPage(blog, '/tags/web-design')).html).toContain('/tags/web-design/rss.xml')
    expect(await askPage(blog, '/tags/Web%20Design')).toMatchObject({ status: 308, location: '/tags/web-design' })
    expect(await askPage(blog, '/tags/nothing')).toMatchObject({ kind: 'missing' })
  })

  it('are listed with how often they are used', async () => {
    expect((await askPage(blog, '/tags')).html).toMatch(/href="\/tags\/web-design".*Web Design.*>1</)
  })
})

describe('the archive', () => {
  it('has the years of the place where the site is', async () => {
    blog.addPosts([{ slug: 'a', title: 'New year', publishedAt: '2026-01-01T02:00:00Z' }])
    expect((await askPage(blog, '/archive/2026')).html).toContain('New year')
    expect(await askPage(blog, '/archive/2025')).toMatchObject({ kind: 'missing' })
    const there = { site: { timeZone: 'America/New_York' } }
    expect((await askPage(blog, '/archive/2025', there)).html).toContain('New year')
  })

  it('is a good page when it is empty', async () => {
    expect((await askPage(blog, '/archive')).html).toContain('Nothing here yet')
  })
})

describe("a site's own colours", () => {
  const site = { colours: { light: { accent: '#123456' }, dark: {} } }

  it('are a style sheet of their own, named by what is in it', async () => {
    const { html } = await askPage(blog, '/', { site })
    const [, address] = /href="(\/colours\/[^"]+)"/.exec(html)!
    expect(await askPage(blog, address!, { site })).toMatchObject({
      contentType: 'text/css; charset=utf-8',
      body: ':root{--light-accent:#123456}',
    })
    expect(await askPage(blog, '/colours/old.css', { site })).toMatchObject({ kind: 'missing' })
  })

  it('are not asked for where there are none', async () => {
    expect((await askPage(blog, '/')).html).not.toContain('/colours/')
  })
})

describe('what is shown when there is no page', () => {
  it('is blue, and says 404', async () => {
    const request = { reader: blog.repo.reader(), url: new URL(origin), params: {}, now: '', origin }
    const { defaultSite } = await import('@atoll/blog')
    const page = await missingPage({ ...request, site: defaultSite, overview: async () => ({ total: 0, tags: [] }) })
    expect(page).toMatchObject({ kind: 'page', status: 404 })
    const html = page.kind === 'page' ? String(await page.body) : ''
    expect(html).toContain('data-screen="blue"')
    expect(html).toMatch(/Error: [0-9A-F]{2} : [0-9A-F]{4} : [0-9A-F]{8}/)
    expect(html).toContain('<meta name="robots" content="noindex"/>')
  })

  it('tells a number about a failure, and nothing else', async () => {
    const html = String(await failurePage({ status: 500, requestId: 'abc-123' }))
    expect(html).toContain('abc-123')
    expect(html).toContain('Unexpected Error')
    expect(String(await failurePage({ status: 503, requestId: 'x' }))).toContain('Temporarily Unavailable')
  })
})

function addSitePage({ sqlite }: TestBlog, slug: string, title: string) {
  const columns = Object.fromEntries(
    [
      'key',
      'kind',
      'html',
      'headings',
      'description',
      'summary_html',
      'search_title',
      'search_tags',
      'search_description',
      'search_text',
      'facets',
    ].map((name) => [name, '']),
  )
  const row = { ...columns, key: `page ${slug}`, kind: 'page', headings: '[]', html: '<p>Words.</p>' }
  const names = Object.keys(row)
  const document = sqlite
    .prepare(`insert into documents (${names}) values (${names.map((name) => `:${name}`)})`)
    .run(row).lastInsertRowid
  sqlite
    .prepare(`insert into pages (slug, source, document_id, title, description) values (?, ?, ?, ?, '')`)
    .run(slug, `pages/${slug}.md`, document, title)
}
