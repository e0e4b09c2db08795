import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listProjects } from './projects.ts'
import { openTestBlog, type TestBlog } from './testing/open-test-blog.ts'

let blog: TestBlog

beforeAll(async () => {
  blog = await openTestBlog()
  blog.addProjects([
    { name: 'oar', description: 'Moves a boat', tags: ['Wood'] },
    { name: 'Boat', tags: ['Wood', 'Sea'] },
    { name: 'Net', tags: ['Sea'] },
  ])
})

afterAll(() => blog.close())

describe('listProjects', () => {
  const names = async (tags?: string[]) =>
    (await listProjects(blog.repo.reader(), tags && { tags })).map(({ name }) => name)

  it('lists all of them by name', async () => {
    expect(await names()).toEqual(['Boat', 'Net', 'oar'])
    expect((await listProjects(blog.repo.reader()))[2]).toEqual({
      name: 'oar',
      url: 'https://example.com/oar',
      description: 'Moves a boat',
      tags: ['Wood'],
      createdAt: '2026-01-01T00:00:00Z',
    })
  })

  it('lists those that have any of some tags', async () => {
    expect(await names(['wood'])).toEqual(['Boat', 'oar'])
    expect(await names(['wood', 'Sea'])).toEqual(['Boat', 'Net', 'oar'])
    expect(await names(['nothing'])).toEqual([])
  })
})
