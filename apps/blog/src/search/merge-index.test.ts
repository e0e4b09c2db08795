import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestBlog, type TestBlog } from '../testing/open-test-blog.ts'
import { mergeIndex } from './merge-index.ts'
import { searchPosts } from './search-posts.ts'

let blog: TestBlog

beforeAll(async () => {
  blog = await openTestBlog()
  for (let number = 0; number < 40; number++) blog.addPosts([{ slug: `post-${number}`, text: `ocean word${number}` }])
})

afterAll(() => blog.close())

const pieces = (table: string) =>
  blog.sqlite.prepare(`select count(distinct segid) from ${table}_idx`).pluck().get() as number

it('makes one piece of the search index, and loses nothing', async () => {
  expect(pieces('documents_fts')).toBeGreaterThan(1)
  await mergeIndex(blog.repo)
  expect([pieces('documents_fts'), pieces('titles_fts')]).toEqual([1, 1])
  for (const table of ['documents_fts', 'titles_fts']) {
    blog.sqlite.exec(`insert into ${table}(${table}) values ('integrity-check')`)
  }
  const search = (query: string) =>
    searchPosts(blog.repo.reader(), { query, now: '2026-01-01T00:00:00Z', page: 1, perPage: 20 })
  expect([(await search('ocean')).total, (await search('word7')).total]).toEqual([40, 1])
})

it('does nothing where there is one piece', async () => {
  await mergeIndex(blog.repo)
  expect(pieces('documents_fts')).toBe(1)
})
