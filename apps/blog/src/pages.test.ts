import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findPage } from './pages.ts'
import { openTestBlog, type TestBlog } from './testing/open-test-blog.ts'

let blog: TestBlog

beforeAll(async () => {
  blog = await openTestBlog()
  blog.addPosts([{ slug: 'body', html: '<p>Who I am.</p>' }])
  blog.sqlite.exec(`insert into pages select 'about', 'pages/about.md', id, 'About', 'Who', null from documents`)
})

afterAll(() => blog.close())

describe('findPage', () => {
  it('finds a page by its slug', async () => {
    expect(await findPage(blog.repo.reader(), 'about')).toEqual({
      slug: 'about',
      source: 'pages/about.md',
      title: 'About',
      description: 'Who',
      html: '<p>Who I am.</p>',
      headings: [],
      updatedAt: null,
    })
    expect(await findPage(blog.repo.reader(), 'missing')).toBeUndefined()
  })
})
