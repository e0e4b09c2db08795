import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { feedPosts } from './feed.ts'
import { sitemapEntries } from './sitemap.ts'
import { openTestBlog, type TestBlog } from './testing/open-test-blog.ts'

const now = '2026-06-01T00:00:00Z'
let blog: TestBlog

beforeAll(async () => {
  blog = await openTestBlog()
  blog.addPosts([
    { slug: 'a', publishedAt: '2026-05-01T00:00:00Z', tags: ['Sea'], html: '<p>All of a</p>' },
    { slug: 'b', publishedAt: '2026-05-02T00:00:00Z', columns: { updated_at: '2026-05-09T00:00:00Z', series: 'S 1' } },
    { slug: 'c', publishedAt: '2026-05-03T00:00:00Z', tags: ['Sea'] },
    { slug: 'draft', publishedAt: '2026-05-04T00:00:00Z', tags: ['Sea'], isDraft: true },
    { slug: 'later', publishedAt: '2026-07-01T00:00:00Z', tags: ['Sea', 'Plans'] },
    { slug: 'undated' },
  ])
  blog.sqlite.exec(`insert into pages select 'about', 'pages/about.md', 1, 'About', '', '2026-04-01T00:00:00Z'`)
})

afterAll(() => blog.close())

const slugs = (posts: { slug: string }[]) => posts.map(({ slug }) => slug)

describe('feedPosts', () => {
  it('holds the newest public posts, whole', async () => {
    const posts = await feedPosts(blog.repo.reader(), { now, limit: 10 })
    expect(slugs(posts)).toEqual(['c', 'b', 'a', 'undated'])
    expect(posts[2]).toMatchObject({ html: '<p>All of a</p>', tags: ['Sea'] })
  })

  it('holds as many as it may', async () => {
    expect(slugs(await feedPosts(blog.repo.reader(), { now, limit: 1 }))).toEqual(['c'])
  })

  it('holds those of one tag', async () => {
    expect(slugs(await feedPosts(blog.repo.reader(), { now, limit: 10, tag: 'SEA' }))).toEqual(['c', 'a'])
    expect(await feedPosts(blog.repo.reader(), { now, limit: 10, tag: 'plans' })).toEqual([])
  })
})

describe('sitemapEntries', () => {
  it('lists all that is public with the time of its last change', async () => {
    expect(await sitemapEntries(blog.repo.reader(), { now })).toEqual({
      posts: [
        { slug: 'c', modifiedAt: '2026-05-03T00:00:00Z' },
        { slug: 'b', modifiedAt: '2026-05-09T00:00:00Z' },
        { slug: 'a', modifiedAt: '2026-05-01T00:00:00Z' },
        { slug: 'undated', modifiedAt: null },
      ],
      pages: [{ slug: 'about', modifiedAt: '2026-04-01T00:00:00Z' }],
      tags: [{ slug: 'sea', modifiedAt: '2026-05-03T00:00:00Z' }],
      series: [{ slug: 's-1', modifiedAt: '2026-05-09T00:00:00Z' }],
    })
  })
})
