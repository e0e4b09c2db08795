import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nextAppearance, nextScheduledAt, postsAppearingBetween } from './scheduled.ts'
import { openTestBlog, type TestBlog } from './testing/open-test-blog.ts'

let blog: TestBlog

beforeAll(async () => {
  blog = await openTestBlog()
  blog.addPosts([
    { slug: 'past', publishedAt: '2026-05-01T00:00:00Z' },
    { slug: 'draft', publishedAt: '2026-06-02T00:00:00Z', isDraft: true },
    { slug: 'first', publishedAt: '2026-07-01T00:00:00Z' },
    { slug: 'beside', publishedAt: '2026-07-01T00:00:00Z' },
    { slug: 'last', publishedAt: '2026-08-01T00:00:00Z' },
    { slug: 'undated' },
  ])
})

afterAll(() => blog.close())

describe('nextAppearance', () => {
  it('finds the next moment at which posts become public, and the posts', async () => {
    const reader = blog.repo.reader()
    expect(await nextAppearance(reader, '2026-06-01T00:00:00Z')).toEqual({
      at: '2026-07-01T00:00:00Z',
      slugs: ['first', 'beside'],
    })
    expect(await nextScheduledAt(reader, '2026-07-01T00:00:00Z')).toBe('2026-08-01T00:00:00Z')
  })

  it('finds none after the last one', async () => {
    expect(await nextAppearance(blog.repo.reader(), '2026-08-01T00:00:00Z')).toBeUndefined()
  })
})

describe('postsAppearingBetween', () => {
  it('lists posts after the first time and until the second', async () => {
    const between = (after: string, until: string) => postsAppearingBetween(blog.repo.reader(), after, until)
    expect(await between('2026-05-01T00:00:00Z', '2026-07-01T00:00:00Z')).toEqual(['first', 'beside'])
    expect(await between('2026-07-01T00:00:00Z', '2026-09-01T00:00:00Z')).toEqual(['last'])
  })
})
