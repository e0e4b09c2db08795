import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findTag, listTags, projectTags } from './tags.ts'
import { openTestBlog, type TestBlog } from './testing/open-test-blog.ts'

const now = '2026-06-01T00:00:00Z'
const publishedAt = '2026-05-01T00:00:00Z'
let blog: TestBlog

beforeAll(async () => {
  blog = await openTestBlog()
  blog.addPosts([
    { slug: 'a', publishedAt, tags: ['Sea', 'Ropes'] },
    { slug: 'b', publishedAt, tags: ['Sea', 'anchors'] },
    { slug: 'draft', publishedAt, tags: ['Sea', 'Secrets'], isDraft: true },
    { slug: 'later', publishedAt: '2026-07-01T00:00:00Z', tags: ['Sea', 'Plans'] },
  ])
  blog.addProjects([
    { name: 'Boat', tags: ['Wood', 'Sea'] },
    { name: 'Oar', tags: ['Wood'] },
  ])
})

afterAll(() => blog.close())

describe('listTags', () => {
  const list = (at = now) => listTags(blog.repo.reader(), { now: at })

  it('counts the public posts of each tag, the most used first, then by name', async () => {
    expect(await list()).toEqual([
      { slug: 'sea', label: 'Sea', count: 2 },
      { slug: 'anchors', label: 'anchors', count: 1 },
      { slug: 'ropes', label: 'Ropes', count: 1 },
    ])
  })

  it('lists the tags of a later post from its time on', async () => {
    expect((await list('2026-07-01T00:00:00Z')).map(({ slug, count }) => [slug, count])).toEqual([
      ['sea', 3],
      ['anchors', 1],
      ['plans', 1],
      ['ropes', 1],
    ])
  })

  it('counts right whatever happens to posts and their tags', async () => {
    const count = async () => Object.fromEntries((await list()).map((tag) => [tag.slug, tag.count]))
    const before = await count()
    blog.addPosts([{ slug: 'passing', publishedAt, tags: ['Sea', 'Knots'] }])
    expect(await count()).toEqual({ ...before, sea: 3, knots: 1 })
    blog.sqlite.exec("update posts set is_draft = 1 where slug = 'passing'")
    expect(await count()).toEqual(before)
    blog.sqlite.exec("update posts set is_draft = 0 where slug = 'passing'")
    blog.sqlite.exec("delete from post_tags where tag = 'sea' and post_id = (select max(id) from posts)")
    expect(await count()).toEqual({ ...before, knots: 1 })
    blog.sqlite.exec("delete from posts where slug = 'passing'")
    expect(await count()).toEqual(before)
  })
})

describe('findTag', () => {
  it('finds a tag of public posts by label or slug', async () => {
    const sea = { slug: 'sea', label: 'Sea', count: 2 }
    expect(await findTag(blog.repo.reader(), 'SEA', { now })).toEqual(sea)
    expect(await findTag(blog.repo.reader(), 'sea', { now })).toEqual(sea)
  })

  it.each(['secrets', 'plans', 'wood', ''])('does not find %j', async (tag) => {
    expect(await findTag(blog.repo.reader(), tag, { now })).toBeUndefined()
  })
})

describe('projectTags', () => {
  it('counts the projects of each tag', async () => {
    expect(await projectTags(blog.repo.reader())).toEqual([
      { slug: 'wood', label: 'Wood', count: 2 },
      { slug: 'sea', label: 'Sea', count: 1 },
    ])
  })
})
