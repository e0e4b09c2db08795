import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findPermalink, findRedirect } from './permalinks.ts'
import { openTestBlog, type TestBlog } from './testing/open-test-blog.ts'

const now = '2026-06-01T00:00:00Z'
const publishedAt = '2026-05-01T00:00:00Z'
let blog: TestBlog

beforeAll(async () => {
  blog = await openTestBlog()
  blog.addPosts([
    { slug: 'my-setup', publishedAt },
    { slug: 'draft', publishedAt, isDraft: true },
    { slug: 'later', publishedAt: '2026-07-01T00:00:00Z' },
  ])
  blog.sqlite.exec(`
    insert into permalinks values ('uses', 'my-setup'), ('old/uses', 'my-setup'), ('secret', 'draft'), ('soon', 'later');
    insert into redirects values ('my-old-setup', 'my-setup'), ('old-draft', 'draft');
  `)
})

afterAll(() => blog.close())

describe('findPermalink', () => {
  it.each(['uses', '/uses', 'uses/', '/uses/', '/old/uses'])('finds the post of %j', async (path) => {
    expect(await findPermalink(blog.repo.reader(), path, { now })).toBe('my-setup')
  })

  it.each(['', '/', 'Uses', 'secret', 'soon', 'missing'])('finds none for %j', async (path) => {
    expect(await findPermalink(blog.repo.reader(), path, { now })).toBeUndefined()
  })
})

describe('findRedirect', () => {
  it.each(['my_setup', 'my-old-setup', 'my_old_setup'])('leads from %j to where the post is', async (slug) => {
    expect(await findRedirect(blog.repo.reader(), slug, { now })).toBe('my-setup')
  })

  it.each(['my-setup', 'draft', 'old-draft', 'old_draft', 'missing', ''])('leads nowhere from %j', async (slug) => {
    expect(await findRedirect(blog.repo.reader(), slug, { now })).toBeUndefined()
  })
})
