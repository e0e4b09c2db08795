import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestBlog, type TestBlog } from '../testing/open-test-blog.ts'
import { searchProjects } from './search-projects.ts'

let blog: TestBlog

beforeAll(async () => {
  blog = await openTestBlog()
  blog.addPosts([{ slug: 'boat', title: 'Boat', text: 'A boat' }])
  blog.addProjects([
    { name: 'sail', description: 'Moves a boat by wind', tags: ['Sea', 'Wind'] },
    { name: 'Boat', description: 'Swims', tags: ['Sea'] },
    { name: 'Kite', description: 'Boring but by wind', tags: ['Wind'] },
  ])
})

afterAll(() => blog.close())

const search = (query: string, tags: string[] = []) => searchProjects(blog.repo.reader(), { query, tags })
const names = async (query: string, tags?: string[]) => (await search(query, tags)).projects.map(({ name }) => name)

describe('searchProjects', () => {
  it.each([
    ['boat', ['Boat', 'sail']],
    ['name:boat', ['Boat']],
    ['(wind || sea) && !boring', ['Boat', 'sail']],
    ['tag:wind', ['Kite', 'sail']],
    ['mov', ['sail']],
    ['!wind', ['Boat']],
    ['nothing', []],
  ])('answers %j', async (query, expected) => {
    expect((await names(query)).sort()).toEqual(expected)
  })

  it('ranks a name above a description', async () => {
    expect(await names('boat')).toEqual(['Boat', 'sail'])
  })

  it('lists all of them by name where there is nothing to search for', async () => {
    expect(await names(' ')).toEqual(['Boat', 'Kite', 'sail'])
    expect(await names('!', ['wind'])).toEqual(['Kite', 'sail'])
  })

  it('searches within tags', async () => {
    expect(await names('wind', ['sea'])).toEqual(['sail'])
    expect(await names('wind', ['sea', 'Wind'])).toEqual(['Kite', 'sail'])
  })

  it('marks what was found', async () => {
    const { projects, total } = await search('boat')
    expect(total).toBe(2)
    expect(projects[0]?.nameHtml).toBe('<mark>Boat</mark>')
    expect(projects[1]?.descriptionHtml).toBe('Moves a <mark>boat</mark> by wind')
  })

  it('suggests what would find something among projects', async () => {
    expect(await search('swmis')).toMatchObject({ total: 0, suggestion: 'swims' })
  })
})
