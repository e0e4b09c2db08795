import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestBlog, type TestBlog, type TestPost } from '../testing/open-test-blog.ts'
import { searchPosts } from './search-posts.ts'

const now = '2026-06-01T00:00:00Z'
const publishedAt = '2026-05-01T00:00:00Z'

const posts: TestPost[] = [
  {
    slug: 'elixir',
    title: 'Learning Elixir',
    tags: ['Elixir', 'Fun'],
    description: 'Notes from a beginner',
    text: 'Distributed systems made easy. The rock and roll of languages, near to my heart.',
  },
  { slug: 'java', title: 'Elixir or Java', tags: ['Java'], text: 'They run on virtual machines. A boring comparison.' },
  {
    slug: 'web',
    title: 'A web of tools',
    tags: ['Web Dev', 'CLI'],
    text: `I don't use e-mail, node.js or C#; 50% of a/b tests, see http://x.y and \`code\`. An exact phrase, version 5.`,
  },
  {
    slug: 'rust',
    title: 'Rust',
    tags: ['Rust'],
    text: 'Mentions elixir once. It is a distributed library of libraries.',
  },
  { slug: 'japanese', title: '日本語の検索', text: '東京タワーは東京にあります。Ｗｅｂも検索できる。', tags: ['日本'] },
  { slug: 'french', title: 'Le café', text: 'Une soirée à l’école.' },
  { slug: 'later', title: 'Elixir tomorrow', publishedAt: '2026-06-01T00:00:01Z', text: 'secretive' },
  { slug: 'draft', title: 'Elixir draft', isDraft: true, text: 'secretive' },
]

let blog: TestBlog

beforeAll(async () => {
  blog = await openTestBlog()
  blog.addPosts(posts.map((post) => ({ publishedAt, ...post })))
  blog.addProjects([{ name: 'Elixir project', description: 'elixir' }])
})

afterAll(() => blog.close())

const everything = posts.length - 2

const search = (query: string, options: Partial<Parameters<typeof searchPosts>[1]> = {}) =>
  searchPosts(blog.repo.reader(), { query, now, page: 1, perPage: 20, ...options })

const slugs = async (query: string, options = {}) => (await search(query, options)).posts.map(({ slug }) => slug)

describe('searchPosts', () => {
  it.each([
    // What the original was measured to do, then what became of it.
    ['elix', ['elixir', 'java', 'rust']],
    ['elix*', ['elixir', 'java', 'rust']],
    ['elixir !java', ['elixir', 'rust']],
    ['!java', everything - 1],
    ['(Web || CLI) && !Boring', ['web', 'japanese']],
    ['(Distributed && Elixir) || Fun', ['elixir', 'rust']],
    ['foo and bar', []],
    ['rock and', ['elixir']],
    ["don't", ['web']],
    ["elixir's", []],
    ['e-mail', ['web']],
    ['-rust', everything - 1],
    ['node.js', ['web']],
    ['c#', ['web']],
    ['C++', ['web']],
    ['@x', ['web']],
    ['50%', ['web']],
    ['a/b', ['web', 'elixir', 'java']],
    ['http://x.y', ['web']],
    ['`code`', ['web']],
    ['(elixir', ['elixir', 'java', 'rust']],
    ['elixir)', ['elixir', 'java', 'rust']],
    ['((', everything],
    ['()', everything],
    ['"', everything],
    ['"exact', ['web']],
    ['""', everything],
    ['*', everything],
    ['name:rust', ['rust']],
    ['description:beginner', ['elixir']],
    ['5', ['web']],
    ['post_id:5', []],
    ['p', ['web']],
    ['NEAR(roll', ['elixir']],
    ['OR', everything],
    ['&', everything],
    ['!', everything],
    ['-', everything],
    ['title:', everything],
    ['AND elixir', ['elixir', 'java', 'rust']],
    ['elixir AND AND java', ['java']],
  ] as [string, number | string[]][])('answers %j', async (query, expected) => {
    const found = await slugs(query)
    if (typeof expected === 'number') expect(found).toHaveLength(expected)
    else expect(found.sort()).toEqual(expected.sort())
  })

  it.each([
    ['words that are all there', 'distributed library', ['rust']],
    ['words in any form', 'language', ['elixir']],
    ['a word that goes on where it is the last one', 'distributed librar', ['rust']],
    ['a word that goes on with a star', 'dist* machine*', []],
    ['a phrase', '"distributed systems"', ['elixir']],
    ['a phrase in its order only', '"systems distributed"', []],
    ['a phrase that goes on', '"exact phr"*', ['web']],
    ['typographic quotes', '“distributed systems”', ['elixir']],
    ['a word at the beginning', '^learning', ['elixir']],
    ['words near each other', 'NEAR(rock heart, 10)', ['elixir']],
    ['either of two groups', '(java virtual) OR (rust library)', ['java', 'rust']],
    ['OR more weakly than AND', 'java OR rust library', ['java', 'rust']],
    ['small words as words', 'java or rust', []],
    ['a title', 'title:rust', ['rust']],
    ['a tag', 'tag:java', ['java']],
    ['a tag of two words', 'tag:"web dev"', ['web']],
    ['a group in a field', 'title:(java OR rust)', ['java', 'rust']],
    ['the text', 'body:elixir', ['rust']],
    ['what has no such field', 'elixir -tag:elixir -title:java', ['rust']],
    ['a negated group', 'elixir !(java || rust)', ['elixir']],
    ['a double negation', 'NOT NOT rust', ['rust']],
    ['without accents', 'cafe soiree', ['french']],
    ['with accents', 'café École', ['french']],
    ['Japanese inside a run of it', '検索', ['japanese']],
    ['Japanese in its order', '東京タ', ['japanese']],
    ['no other order of it', '索検', []],
    ['a tag in Japanese', 'tag:日本', ['japanese']],
    ['wide letters', 'ｗｅｂ', ['japanese', 'web']],
    ['what a stem does not begin with', 'languag', ['elixir']],
    ['a word while it is typed past its stem', 'librarie', ['rust']],
  ])('finds %s', async (_, query, expected) => {
    expect((await slugs(query)).sort()).toEqual([...expected].sort())
  })

  it('ranks a title above a tag, a description and the text', async () => {
    expect(await slugs('elixir')).toEqual(['elixir', 'java', 'rust'])
  })

  it('never finds drafts or posts whose time has not come', async () => {
    expect(await slugs('secretive')).toEqual([])
    expect(await search('secretive')).toMatchObject({ total: 0 })
    expect(await slugs('secretive', { now: '2026-06-01T00:00:01Z' })).toEqual(['later'])
  })

  it.each(['\ue000all', 'all', 'post', '"\ue000post"*'])('takes %j for a word like any other', async (query) => {
    expect(await slugs(query)).toEqual([])
  })

  it('searches within tags, any of them', async () => {
    expect(await slugs('elixir', { tags: ['rust'] })).toEqual(['rust'])
    expect(await slugs('elixir', { tags: ['Rust', 'Fun'] })).toEqual(['elixir', 'rust'])
    expect(await slugs('elixir', { tags: ['nothing'] })).toEqual([])
    expect(await slugs('!elixir', { tags: ['web dev', 'java'] })).toEqual(['web'])
  })

  it('lists the posts of the tags where there is nothing to search for', async () => {
    expect(await search(' ', { tags: ['java'] })).toMatchObject({
      total: 1,
      posts: [{ slug: 'java', titleHtml: 'Elixir or Java' }],
    })
  })

  it('shows a page with the total of all', async () => {
    expect(await search('elixir', { page: 2, perPage: 2 })).toMatchObject({ total: 3, posts: [{ slug: 'rust' }] })
    expect(await search('elixir', { page: 9, perPage: 2 })).toMatchObject({ total: 3, posts: [] })
  })

  it('marks what was found in the title and in an excerpt', async () => {
    const [first] = (await search('elixir distributed')).posts
    expect(first).toMatchObject({
      titleHtml: 'Learning <mark>Elixir</mark>',
      summaryHtml:
        '<p><mark>Distributed</mark> systems made easy. The rock and roll of languages, near to my heart.</p>',
    })
  })

  it('marks Japanese as it was written', async () => {
    const [post] = (await search('検索')).posts
    expect(post).toMatchObject({
      titleHtml: '日本語の<mark>検索</mark>',
      summaryHtml: '<p>東京タワーは東京にあります。Webも<mark>検索</mark>できる。</p>',
    })
  })

  it('has its usual summary where only the title was found', async () => {
    expect((await search('title:rust')).posts[0]).toMatchObject({
      titleHtml: '<mark>Rust</mark>',
      summaryHtml: '<p></p>',
    })
  })

  describe('suggestion', () => {
    it.each([
      ['elixr', 'elixir'],
      ['leixir', 'elixir'],
      ['distribtued systems', 'distributed systems'],
      ['"distributd sistems"', '"distributed systems"'],
      ['Rsut OR pyhton', 'rust OR pyhton'],
      ['tag:jaav', 'tag:java'],
      ['ilixir', 'elixir'],
      ['lixir', 'elixir'],
      ['pelixir', 'elixir'],
      ['omparison', 'comparison'],
      ['(elixir && compairson)', '(elixir && comparison)'],
    ])('means by %j %j', async (query, meant) => {
      expect(await search(query)).toMatchObject({ total: 0, suggestion: meant })
    })

    it.each(['zzzzzz', 'rust café', '日木', 'xq', 'secretiv', 'elixir -elixir'])(
      'says nothing of %j',
      async (query) => {
        expect((await search(query)).suggestion).toBeUndefined()
      },
    )

    it('is absent where something was found', async () => {
      expect((await search('elixir')).suggestion).toBeUndefined()
    })
  })
})
