import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findPost } from './post.ts'
import { findSeries, listSeries } from './series.ts'
import { sitemapEntries } from './sitemap.ts'
import { openTestBlog, type TestBlog } from './testing/open-test-blog.ts'

const now = '2026-06-01T00:00:00Z'
let blog: TestBlog

beforeAll(async () => {
  blog = await openTestBlog()
  const part = (slug: string, series: string, series_part: number | null, publishedAt = '2026-05-01T00:00:00Z') => ({
    slug,
    publishedAt,
    columns: { series, series_part },
  })
  blog.addPosts([
    part('c', 'Tying Knots', 2),
    part('b', 'Tying Knots', 1),
    part('e', 'Tying Knots', null, '2026-05-03T00:00:00Z'),
    part('d', 'Tying Knots', null, '2026-05-02T00:00:00Z'),
    part('later', 'Tying Knots', 3, '2026-07-01T00:00:00Z'),
    part('x', 'anchors', null),
    part('p10', 'Part 10', null),
    part('p2', 'Part 2', null),
    part('y', 'Plans', null, '2026-07-01T00:00:00Z'),
  ])
})

afterAll(() => blog.close())

describe('listSeries', () => {
  it('lists series with public posts by name, numbers by their value', async () => {
    expect(await listSeries(blog.repo.reader(), { now })).toEqual([
      { name: 'anchors', slug: 'anchors', count: 1 },
      { name: 'Part 2', slug: 'part-2', count: 1 },
      { name: 'Part 10', slug: 'part-10', count: 1 },
      { name: 'Tying Knots', slug: 'tying-knots', count: 4 },
    ])
  })
})

describe('findSeries', () => {
  it('has numbered parts first, then the others in the order of their time', async () => {
    const found = await findSeries(blog.repo.reader(), 'tying-knots', { now })
    expect(found?.series).toMatchObject({ name: 'Tying Knots', count: 4 })
    expect(found?.posts.map(({ slug }) => slug)).toEqual(['b', 'c', 'd', 'e'])
  })

  it('does not find one that has no public post', async () => {
    expect(await findSeries(blog.repo.reader(), 'plans', { now })).toBeUndefined()
  })
})

describe('a series that is spelled in several ways', () => {
  const [first, second] = ['go-1', 'go-2'] as const
  beforeAll(() => {
    blog.addPosts([
      { slug: first, publishedAt: '2026-05-01T00:00:00Z', columns: { series: 'Go!', series_part: 1 } },
      { slug: second, publishedAt: '2026-05-02T00:00:00Z', columns: { series: 'go', series_part: 2 } },
    ])
  })

  it('is one, under the name that the last file gives it', async () => {
    const found = await findSeries(blog.repo.reader(), 'go', { now })
    expect(found?.series).toEqual({ name: 'go', slug: 'go', count: 2 })
    expect(found?.posts.map(({ slug }) => slug)).toEqual([first, second])
  })

  it.each([first, second])('is whole beside its part %s', async (slug) => {
    const found = await findPost(blog.repo.reader(), slug, { now })
    expect(found?.seriesPosts.map((post) => post.slug)).toEqual([first, second])
  })

  it('is in the sitemap once', async () => {
    const { series } = await sitemapEntries(blog.repo.reader(), { now })
    expect(series.filter(({ slug }) => slug === 'go')).toEqual([{ slug: 'go', modifiedAt: '2026-05-02T00:00:00Z' }])
  })
})
