import { describe, expect, it } from 'vitest'
import { tagSlug } from '../tag-slug.ts'
import { facets } from './facets.ts'
import { searchable, wordsOf } from './searchable.ts'

const post = searchable({
  kind: 'post',
  title: 'The Café',
  tags: ['Web Dev', 'c++', 'web dev'],
  description: 'A place',
  text: 'Don’t count 4x4 or x; naïve 日本語 words.',
})

describe('searchable', () => {
  it('names the kind and each tag once, in words that no reader can type', () => {
    expect(post.facets.split(' ')).toEqual([
      facets.all,
      facets.kind('post'),
      facets.tag('web-dev'),
      facets.tag(tagSlug('c++')),
    ])
    expect(post.facets).toMatch(/^(\ue000\w+ ?)+$/)
  })
})

describe('wordsOf', () => {
  it('lists words of three letters and more, in lower case, without numbers', () => {
    expect([...wordsOf(post)].sort()).toEqual(['café', 'count', 'dev', 'don', 'naïve', 'place', 'the', 'web', 'words'])
  })
})
