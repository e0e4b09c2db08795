import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findSeries, listSeries } from './series.ts'
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
    part('y', 'Plans', null, '2026-07-01T00:00:00Z'),
  ])
})

afterAll(() => blog.close())

describe('listSeries', () => {
  it('lists series with public posts by name', async () => {
    expect(await listSeries(blog.repo.reader(), { now })).toEqual([
      { name: 'anchors', slug: 'anchors', count: 1 },
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
