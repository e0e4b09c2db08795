import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestBlog, type TestBlog } from '../testing/open-test-blog.ts'
import { common, rankedLimit } from './ranking.ts'
import { searchPosts } from './search-posts.ts'

const now = '2036-06-01T00:00:00Z'
const count = common + 100

const newest = `post-${count - 1}`

let blog: TestBlog

beforeAll(async () => {
  blog = await openTestBlog()
  blog.addPosts(
    Array.from({ length: count }, (_, index) => ({
      slug: `post-${index}`,
      title: index === 3 ? 'About the ocean' : 'A title',
      tags: index % 500 === 0 ? ['Rare'] : ['Usual'],
      text: `ocean ${index % 3 === 0 ? 'sometimes' : ''} ${index % 2 === 0 ? 'oceanography' : ''} ${index === 7 ? 'seldom' : ''}`,
      publishedAt: new Date(Date.UTC(2020, 0, 1) + index * 86_400_000).toISOString().replace('.000', ''),
    })),
  )
}, 120_000)

afterAll(() => blog.close())

const search = (query: string, options: Partial<Parameters<typeof searchPosts>[1]> = {}) =>
  searchPosts(blog.repo.reader(), { query, now, page: 1, perPage: 20, ...options })

describe('searchPosts in a large site', () => {
  it('ranks titles first and then the newest, and says that there is more', async () => {
    const { total, isMore, posts } = await search('ocean')
    expect(posts.slice(0, 3).map(({ slug }) => slug)).toEqual(['post-3', newest, `post-${count - 2}`])
    expect(isMore).toBe(true)
    expect(total).toBe(rankedLimit + 1)
  })

  it('has every ranked post on exactly one page', async () => {
    const seen: string[] = []
    for (let page = 1; page <= 12; page++) {
      seen.push(...(await search('ocean sometimes', { page })).posts.map(({ slug }) => slug))
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toHaveLength((await search('ocean sometimes')).total)
  })

  it('finds the one post that has a rare word beside a common one', async () => {
    expect(await search('ocean seldom')).toMatchObject({ total: 1, isMore: false, posts: [{ slug: 'post-7' }] })
  })

  it('finds all posts of a rare tag that have a common word', async () => {
    const { total, isMore, posts } = await search('ocean', { tags: ['rare'] })
    expect([total, isMore]).toEqual([5, false])
    const rare = [0, 500, 1000, 1500, 2000].map((number) => `post-${number}`)
    expect(posts.map(({ slug }) => slug).sort()).toEqual(rare.sort())
  })

  it('looks for longer words only where few have the word itself', async () => {
    expect((await search('ocean')).posts[1]?.slug).toBe(newest)
    expect((await search('oceano')).posts[0]?.slug).toBe(`post-${count - 2}`)
  })
})
