import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestBlog, type TestBlog } from '../testing/open-test-blog.ts'
import { rankedLimit } from './ranking.ts'
import { searchSite } from './search-site.ts'

const now = '2026-06-01T00:00:00Z'
const publishedAt = '2026-05-01T00:00:00Z'

let blog: TestBlog

beforeAll(async () => {
  blog = await openTestBlog()
  blog.addPages([
    { slug: 'about', title: 'About the lighthouse', text: 'Who lives here, and why. A very common word.' },
    { slug: 'uses', text: 'Tools of the lighthouse keeper' },
  ])
  blog.addProjects([{ name: 'Lighthouse', description: 'Stands still. A very common word.' }])
  blog.addPosts([
    { slug: 'light', title: 'A lighthouse', text: 'By the sea', publishedAt },
    { slug: 'draft', title: 'A lighthouse in secret', text: 'unheard', isDraft: true },
    { slug: 'later', title: 'A lighthouse later', text: 'unheard', publishedAt: '2026-06-01T00:00:01Z' },
    ...Array.from({ length: rankedLimit + 1 }, (_, index) => ({
      slug: `post-${index}`,
      text: 'common word',
      publishedAt,
    })),
  ])
})

afterAll(() => blog.close())

const search = (query: string, page = 1) => searchSite(blog.repo.reader(), { query, now, page, perPage: 20 })

describe('searchSite', () => {
  it('finds posts, pages and projects, the best of each kind first, and nothing that is not public', async () => {
    const { total, posts, pages, projects } = await search('lighthouse')
    expect([total, posts.map(({ slug }) => slug)]).toEqual([1, ['light']])
    expect(pages.map(({ slug }) => slug)).toEqual(['about', 'uses'])
    expect(projects.map(({ name }) => name)).toEqual(['Lighthouse'])
    expect(await search('unheard')).toMatchObject({ total: 0, posts: [], suggestion: undefined })
  })

  it('marks what was found on a page, and says where', async () => {
    expect((await search('lighthouse keeper')).pages).toEqual([
      {
        slug: 'uses',
        titleHtml: 'uses',
        summaryHtml: 'Tools of the <mark>lighthouse</mark> <mark>keeper</mark>',
      },
    ])
  })

  it('finds pages and projects where more posts match than are ranked', async () => {
    const { isMore, total, pages, projects } = await search('common word')
    expect([isMore, total]).toEqual([true, rankedLimit])
    expect([pages.map(({ slug }) => slug), projects.map(({ name }) => name)]).toEqual([['about'], ['Lighthouse']])
  })

  it('finds a page by a word that is being typed, and by what it is nearly called', async () => {
    expect((await search('keep')).pages).toMatchObject([{ slug: 'uses' }])
    expect(await search('keeprr')).toMatchObject({ pages: [], suggestion: 'keeper' })
  })

  it('pages through the posts', async () => {
    const seen: string[] = []
    for (let page = 1; page <= 11; page++)
      seen.push(...(await search('common word', page)).posts.map(({ slug }) => slug))
    expect([new Set(seen).size, seen.length]).toEqual([rankedLimit, rankedLimit])
  })

  it('finds nothing where there is nothing to search for', async () => {
    expect(await search('!')).toMatchObject({ total: 0, posts: [], pages: [], projects: [] })
  })

  it('changes with a page', async () => {
    const touched = () =>
      blog.repo.db.selectFrom('changes').select('commit_number').where('topic', '=', 'search').executeTakeFirst()
    const before = (await touched())!.commit_number
    await blog.repo.db.updateTable('pages').set({ document_id: 1 }).where('slug', '=', 'uses').execute()
    expect((await touched())!.commit_number).toBeGreaterThan(before)
  })
})
