import { describe, expect, it } from 'vitest'
import { listUrl, parseListQuery, toggleTag } from './query-url.ts'

const parse = (query: string) => parseListQuery(new URL(`http://x/posts${query}`))

describe('parseListQuery', () => {
  it('trims the search and the tags, and drops blank and repeated tags', () => {
    expect(parse('?q=+sea+&tags=web,+,go,web')).toEqual({ search: 'sea', tags: ['web', 'go'], page: 1 })
  })

  it.each(['', '?page=0', '?page=-1', '?page=two', '?page=1e9', '?tags[]=x', '?page=99999999'])(
    'takes %j for the first page of everything',
    (query) => expect(parse(query)).toEqual({ search: '', tags: [], page: 1 }),
  )
})

describe('listUrl', () => {
  it('puts the search first, then the tags, then the page', () => {
    expect(listUrl('/posts', { page: 3, tags: ['web', 'c++'], search: 'a & b' })).toBe(
      '/posts?q=a+%26+b&tags=web%2Cc%2B%2B&page=3',
    )
  })

  it('is the plain path when nothing is asked for', () => {
    expect(listUrl('/posts', { search: '', tags: [], page: 1 })).toBe('/posts')
  })

  it('is read back as it was', () => {
    const query = { search: '"two words" -x', tags: ['日本', 'a b'], page: 2 }
    expect(parseListQuery(new URL(listUrl('/posts', query), 'http://x'))).toEqual(query)
  })
})

describe('toggleTag', () => {
  it('puts a new tag in front', () => expect(toggleTag(['go'], 'web')).toEqual(['web', 'go']))
  it('removes a tag however it is written', () => expect(toggleTag(['Web', 'go'], 'web')).toEqual(['go']))
})
