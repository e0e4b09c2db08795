import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findHome, findPost } from './post.ts'
import { listPosts } from './posts.ts'
import { openTestBlog, type TestBlog } from './testing/open-test-blog.ts'

const now = '2026-06-01T00:00:00Z'
const day = (number: number) => `2026-05-${String(number).padStart(2, '0')}T12:00:00Z`

let blog: TestBlog

beforeAll(async () => {
  blog = await openTestBlog()
  blog.addPosts([
    { slug: 'first', publishedAt: day(1), tags: ['Sea', 'Ropes'] },
    { slug: 'second', publishedAt: day(2), tags: ['Sea'], columns: { series: 'Knots', series_part: 2 } },
    { slug: 'third', publishedAt: day(3), tags: ['Ropes'], columns: { series: 'Knots', series_part: 1 } },
    {
      slug: 'fourth',
      title: 'The Fourth',
      description: 'About four',
      html: '<p>Four.</p>',
      publishedAt: day(4),
      tags: ['Sea', 'Ropes', 'Web Dev'],
      columns: { updated_at: day(9), reading_minutes: 4, words: 900, image: 'cat.webp' },
    },
    { slug: 'undated', tags: ['Sea'] },
    { slug: 'hidden', publishedAt: day(5), tags: ['Sea', 'Ropes'], isDraft: true },
    { slug: 'later', publishedAt: '2026-06-01T00:00:01Z', tags: ['Sea', 'Ropes'] },
  ])
})

afterAll(() => blog.close())

const slugs = (posts: { slug: string }[]) => posts.map(({ slug }) => slug)

describe('listPosts', () => {
  const list = (options: Partial<Parameters<typeof listPosts>[1]> = {}) =>
    listPosts(blog.repo.reader(), { now, page: 1, perPage: 10, ...options })

  it('lists public posts, the newest first and undated ones last', async () => {
    const { total, posts } = await list()
    expect(slugs(posts)).toEqual(['fourth', 'third', 'second', 'first', 'undated'])
    expect(total).toBe(5)
  })

  it('says what a list shows of a post', async () => {
    expect((await list()).posts[0]).toEqual({
      slug: 'fourth',
      title: 'The Fourth',
      summaryHtml: '<p>About four</p>',
      publishedAt: day(4),
      readingMinutes: 4,
      tags: ['Sea', 'Ropes', 'Web Dev'],
    })
  })

  it('lists a page of them with the total of all', async () => {
    expect(await list({ page: 2, perPage: 2 })).toMatchObject({
      total: 5,
      posts: [{ slug: 'second' }, { slug: 'first' }],
    })
    expect(await list({ page: 9, perPage: 2 })).toEqual({ total: 5, posts: [] })
  })

  it('lists posts that have any of some tags, by label or slug', async () => {
    expect(slugs((await list({ tags: ['ropes'] })).posts)).toEqual(['fourth', 'third', 'first'])
    expect(await list({ tags: ['ropes'] })).toMatchObject({ total: 3 })
    expect(slugs((await list({ tags: ['web-dev', 'ROPES'] })).posts)).toEqual(['fourth', 'third', 'first'])
    expect(slugs((await list({ tags: ['Sea', 'Ropes'], page: 2, perPage: 4 })).posts)).toEqual(['undated'])
  })

  it('lists nothing for a tag that nothing has', async () => {
    expect(await list({ tags: ['nothing'] })).toEqual({ total: 0, posts: [] })
  })

  it('shows a post from the second of its time on', async () => {
    expect((await list({ now: '2026-06-01T00:00:01Z' })).posts[0]).toMatchObject({ slug: 'later' })
  })
})

describe('findPost', () => {
  const find = (slug: string, options = {}) => findPost(blog.repo.reader(), slug, { now, ...options })

  it('finds a post with its neighbours in time', async () => {
    const page = await find('third')
    expect(page).toMatchObject({ previous: { slug: 'second' }, next: { slug: 'fourth' } })
    expect((await find('fourth'))?.next).toBeUndefined()
    expect((await find('undated'))?.previous).toBeUndefined()
    expect((await find('undated'))?.next).toMatchObject({ slug: 'first' })
  })

  it('relates posts by how many tags they share, the newest first among equals', async () => {
    expect(slugs((await find('first'))!.related)).toEqual(['fourth', 'third', 'second', 'undated'])
    expect(slugs((await find('first', { related: 1 }))!.related)).toEqual(['fourth'])
  })

  it('lists the parts of its series in their order', async () => {
    expect(slugs((await find('second'))!.seriesPosts)).toEqual(['third', 'second'])
    expect((await find('first'))?.seriesPosts).toEqual([])
  })

  it('holds the whole post', async () => {
    expect((await find('fourth'))?.post).toMatchObject({
      html: '<p>Four.</p>',
      headings: [],
      source: 'posts/fourth.md',
      words: 900,
      isDraft: false,
    })
  })

  it.each(['hidden', 'later', 'missing', '', "x' or 1=1"])('does not find %j', async (slug) => {
    expect(await find(slug)).toBeUndefined()
  })

  it('finds drafts and later posts for a preview, and still shows nothing of other ones', async () => {
    const page = await find('hidden', { preview: true })
    expect(page).toMatchObject({ post: { slug: 'hidden', isDraft: true }, previous: { slug: 'fourth' } })
    expect(page?.next).toBeUndefined()
    expect(slugs(page!.related)).toEqual(['fourth', 'first', 'third', 'second'])
    expect(await find('later', { preview: true })).toMatchObject({ post: { slug: 'later' } })
  })
})

describe('findHome', () => {
  it('finds the newest posts where no post is made for it', async () => {
    const home = await findHome(blog.repo.reader(), { now, newest: 2 })
    expect(home.post).toBeUndefined()
    expect(slugs(home.newest)).toEqual(['fourth', 'third'])
  })
})
