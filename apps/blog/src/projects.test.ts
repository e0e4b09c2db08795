import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listProjects } from './projects.ts'
import { openTestBlog, type TestBlog } from './testing/open-test-blog.ts'

let blog: TestBlog

beforeAll(async () => {
  blog = await openTestBlog()
  blog.addProjects([
    { name: 'oar', description: 'Moves a boat', tags: ['Wood'] },
    { name: 'Boat', tags: ['Wood', 'Sea'] },
    { name: 'Net 12', tags: ['Sea'] },
    { name: 'Net 2' },
  ])
})

afterAll(() => blog.close())

describe('listProjects', () => {
  const names = async (tags?: string[]) =>
    (await listProjects(blog.repo.reader(), tags && { tags })).map(({ name }) => name)

  it('lists all of them by name, numbers by their value', async () => {
    expect(await names()).toEqual(['Boat', 'Net 2', 'Net 12', 'oar'])
    expect((await listProjects(blog.repo.reader()))[3]).toEqual({
      name: 'oar',
      url: 'https://example.com/oar',
      description: 'Moves a boat',
      tags: ['Wood'],
      createdAt: '2026-01-01T00:00:00Z',
    })
  })

  it('lists those that have any of some tags', async () => {
    expect(await names(['wood'])).toEqual(['Boat', 'oar'])
    expect(await names(['wood', 'Sea'])).toEqual(['Boat', 'Net 12', 'oar'])
    expect(await names(['nothing'])).toEqual([])
  })
})
