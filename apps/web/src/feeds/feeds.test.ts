import { describe, expect, it } from 'vitest'
import { writeAtom } from './atom.ts'
import { createFeed, type Feed } from './feed.ts'
import { writeJsonFeed } from './json-feed.ts'
import { writeRss } from './rss.ts'
import { jsonFeedSchema } from './testing/json-feed-schema.ts'
import { context, post, site, trickyPosts } from './testing/posts.ts'
import { findInXml, validateXml } from './testing/validate-xml.ts'

const subject = { homePath: '/', selfPath: '/rss' }
const tricky = await createFeed(trickyPosts, subject, context)
const empty = await createFeed([], subject, context)
const bare = await createFeed([post('a')], subject, {
  ...context,
  site: { ...site, description: '', author: { name: '' }, icons: [] },
})
const tagged = await createFeed(
  [post('a')],
  { homePath: '/tags/%E6%97%A5', selfPath: '/tags/%E6%97%A5/rss.xml', tag: { label: '日' } },
  context,
)
const feeds: [string, Feed][] = Object.entries({ tricky, empty, bare, tagged })

describe('writeRss', () => {
  it.each(feeds)('is valid: %s', (_, feed) => {
    validateXml(writeRss(feed), 'rss')
  })

  const rss = writeRss(tricky)
  const item = (slug: string) => `//item[link='https://tide.example/posts/${slug}']`

  it('names a post by its permalink', () => {
    expect(findInXml(rss, `${item('plain')}/guid[@isPermaLink='true']`)).toEqual(['https://tide.example/posts/plain'])
  })

  it('holds the whole post besides its summary', () => {
    expect(findInXml(rss, `${item('plain')}/c:encoded`)).toEqual(['<p>Long.</p>'])
    expect(findInXml(rss, `${item('plain')}/description`)).toEqual(['<p>Short.</p>'])
  })

  it('leads to a post that is as long as a book, besides its summary', async () => {
    const book = post('book', { html: `<p>${'Long. '.repeat(100_000)}</p>` })
    const rss = writeRss(await createFeed([book], subject, context))
    expect(findInXml(rss, `${item('book')}/c:encoded`)).toEqual([
      '<p>Short.</p>\n<p><a href="https://tide.example/posts/book">Read all of it on the site</a></p>',
    ])
  })

  it('names tags, author and the first image with its size', () => {
    expect(findInXml(rss, `${item('plain')}/category`)).toEqual(['elixir', 'c++ & "friends"'])
    expect(findInXml(rss, `${item('plain')}/d:creator`)).toEqual(['Ana'])
    expect(findInXml(rss, `${item('plain')}/enclosure/@*`)).toEqual([
      'https://tide.example/assets/1a/tom.webp',
      '1234',
      'image/webp',
    ])
  })

  it('dates itself by its newest change and its newest post', () => {
    expect(findInXml(rss, '//lastBuildDate')).toEqual(['Wed, 01 Apr 2026 08:30:00 GMT'])
    expect(findInXml(rss, '/rss/channel/pubDate')).toEqual(['Sun, 01 Mar 2026 12:00:00 GMT'])
  })

  it('has no date for a post without one', () => {
    expect(findInXml(rss, `${item('undated')}/pubDate`)).toEqual([])
  })

  it('shows a PNG, the only kind of icon that RSS knows of those a site has', () => {
    expect(findInXml(rss, '//image/url')).toEqual(['https://tide.example/assets/0c/apple.png'])
  })

  it('keeps titles and content that look like its own markup', () => {
    expect(findInXml(rss, `${item('markup')}/title`)).toEqual(['Is <b> bold? a && b ]]> "quoted"'])
    expect(findInXml(rss, `${item('markup')}/c:encoded`)[0]).toContain(']]> &#x3C;/content:encoded> &#x26;amp;')
  })
})

describe('writeAtom', () => {
  it.each(feeds)('is valid: %s', (_, feed) => {
    validateXml(writeAtom(feed), 'atom')
  })

  const atom = writeAtom(tricky)

  it('has one id for each entry', () => {
    const ids = findInXml(atom, '//a:entry/a:id')
    expect(new Set(ids).size).toBe(trickyPosts.length)
    expect(ids[0]).toBe('https://tide.example/posts/plain')
  })

  it('tells when a post was published and when it changed', () => {
    expect(findInXml(atom, '//a:entry[1]/a:published')).toEqual(['2026-03-01T12:00:00Z'])
    expect(findInXml(atom, '//a:entry[1]/a:updated')).toEqual(['2026-04-01T08:30:00Z'])
  })

  it('never says that a post changed before it was published', async () => {
    const scheduled = post('a', { publishedAt: '2026-05-01T00:00:00Z', updatedAt: '2026-04-01T00:00:00Z' })
    const feed = await createFeed([scheduled], subject, context)
    expect(findInXml(writeAtom(feed), '//a:entry/a:updated')).toEqual(['2026-05-01T00:00:00Z'])
  })

  it('says in which language it is, and where it comes from', () => {
    expect(findInXml(atom, '/a:feed/@xml:lang')).toEqual(['en-GB'])
    expect(findInXml(atom, "/a:feed/a:link[@rel='self']/@href")).toEqual(['https://tide.example/rss'])
  })

  it('lets a site without an author speak for itself', () => {
    expect(findInXml(writeAtom(bare), '/a:feed/a:author/a:name')).toEqual(['Tide & Time'])
  })
})

describe('writeJsonFeed', () => {
  it.each(feeds)('is valid: %s', (_, feed) => {
    jsonFeedSchema.parse(JSON.parse(writeJsonFeed(feed)))
  })

  it('holds the whole post, its summary as plain text, its image and dates', () => {
    const { items } = jsonFeedSchema.parse(JSON.parse(writeJsonFeed(tricky)))
    expect(items[0]).toEqual({
      id: 'https://tide.example/posts/plain',
      url: 'https://tide.example/posts/plain',
      title: 'plain',
      content_html: '<p>Long.</p>',
      summary: 'Plain words.',
      image: 'https://tide.example/assets/1a/tom.webp',
      date_published: '2026-03-01T12:00:00Z',
      date_modified: '2026-04-01T08:30:00Z',
      tags: ['elixir', 'c++ & "friends"'],
    })
  })
})

describe('createFeed', () => {
  it('is the same whenever it is made, so that its ETag stays', async () => {
    const again = await createFeed(trickyPosts, subject, context)
    for (const write of [writeRss, writeAtom, writeJsonFeed]) expect(write(again)).toBe(write(tricky))
  })

  it('names the tag of a tag feed and leads to its page', () => {
    expect(tagged.title).toBe('#日 · Tide & Time')
    expect(tagged.homeUrl).toBe('https://tide.example/tags/%E6%97%A5')
  })
})
