import { afterAll, beforeAll, expect, it } from 'vitest'
import { listTags, projectTags } from './tags.ts'
import { openTestBlog, type TestBlog } from './testing/open-test-blog.ts'

const now = '2026-06-01T00:00:00Z'
const names = ['tag 10', 'zebra', 'ähre', 'Tag 2', 'ara']
let blog: TestBlog

beforeAll(async () => {
  blog = await openTestBlog()
  blog.addPosts([{ slug: 'a', publishedAt: '2026-05-01T00:00:00Z', tags: names }])
  blog.addProjects([{ name: 'Boat', tags: names }])
})

afterAll(() => blog.close())

it.each([
  ['en', ['ähre', 'ara', 'Tag 2', 'tag 10', 'zebra']],
  ['sv', ['ara', 'Tag 2', 'tag 10', 'zebra', 'ähre']],
])('tags are in the order of a dictionary in %s, numbers by their value', async (language, ordered) => {
  blog.sqlite.prepare('insert or replace into site (id, settings) values (1, ?)').run(JSON.stringify({ language }))
  const reader = blog.repo.reader()
  expect((await listTags(reader, { now })).map(({ label }) => label)).toEqual(ordered)
  expect((await projectTags(reader)).map(({ label }) => label)).toEqual(ordered)
})
