import { describe, expect, it } from 'vitest'
import { facets } from './facets.ts'
import { toMatch } from './match.ts'
import { parseSearch } from './parse.ts'

const matchOf = (input: string, tags: string[] = [], kind: 'post' | 'project' = 'post') =>
  toMatch(parseSearch(input)!, { kind, tags })

describe('toMatch', () => {
  it.each([
    ['one', '"one"'],
    ['one two', '("one" AND "two")'],
    ['one OR two three', '("one" OR ("two" AND "three"))'],
    ['one !two -three', '("one" NOT ("two" OR "three"))'],
    ['one OR !two', `("one" OR ("${facets.all}" NOT "two"))`],
    ['!one', `("${facets.all}" NOT "one")`],
    ['!(one !two)', `("${facets.all}" NOT ("one" NOT "two"))`],
    ['"one two"*', '"one two" *'],
    ['tag:^one*', 'search_tags : ^"one" *'],
    ['NEAR(one two)', 'NEAR("one" "two")'],
    ['日本', '"日 本"'],
    [`o'ne "; drop`, '("o ne" AND "drop")'],
  ])('writes %j for FTS5', (input, expected) => expect(matchOf(input).whole).toBe(expected))

  it('lets the last word go on, unless it is unwanted, quoted or in a script without spaces', () => {
    expect(matchOf('one two').begun).toBe('("one" AND ("two" OR "two" *))')
    for (const input of ['one !two', 'one "two"', 'one 本', 'one)'])
      expect(matchOf(input).begun).toBe(matchOf(input).whole)
  })

  it.each([
    ['one "two three" OR four*', 1],
    ['title:one tag:two', 1],
    ['one -two', 0],
    ['one body:two', 0],
  ])('knows whether a title alone can match %j', (input, expected) => {
    expect(matchOf(input).canMatchByTitle).toBe(expected)
  })

  it('narrows to a kind and to any of some tags', () => {
    const narrow = `"${facets.kind('project')}" AND ("${facets.tag('a')}" OR "${facets.tag('b')}") AND `
    const { whole, begun } = matchOf('one', ['a', 'b'], 'project')
    for (const match of [whole, begun]) expect(match.startsWith(narrow)).toBe(true)
  })
})
