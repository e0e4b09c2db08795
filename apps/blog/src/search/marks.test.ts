import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMarker, type Piece, soughtIn, toHtml } from './marks.ts'
import { parseSearch } from './parse.ts'
import { readText, storeText } from './stored-text.ts'

const markerOf = (query: string) => createMarker(soughtIn(parseSearch(query)!, ['text']))

const excerptOf = (query: string, text: string) => markerOf(query).excerpt(readText(storeText(text)))

const show = (pieces: Piece[] | undefined) =>
  pieces?.map(({ text, isMarked }) => (isMarked ? `[${text}]` : text)).join('')

describe('mark', () => {
  it.each([
    ['library ', 'The Library of libraries, and librarians', 'The [Library] of [libraries], and librarians'],
    ['librar', 'The Library of libraries, and librarians', 'The [Library] of [libraries], and [librarians]'],
    ['librar*', 'libraries', '[libraries]'],
    ['"hoping"', 'we hope, hoped, hopping', 'we [hope], [hoped], hopping'],
    ['cafe', 'Le Café, le cafe\u0301', 'Le [Café], le [cafe\u0301]'],
    ['CAFÉ', 'cafe', '[cafe]'],
    ['"node js"', 'node.js, Node, JS; nodejs, node jsx', '[node.js], [Node, JS]; nodejs, node jsx'],
    ['"node js', 'node jsx', 'node jsx'],
    ['node js', 'node jsx', '[node] [jsx]'],
    ['NEAR(one three)', 'one two three', '[one] two [three]'],
    ['日本', '東京の日本語と日 本。tokyo日本', '東京の[日本]語と[日 本]。tokyo[日本]'],
    ['tokyo日本', 'tokyo日本 tokyo', '[tokyo日本] tokyo'],
    ['がく', 'かく がく', 'かく [がく]'],
    ['привет', 'Привет, мир', '[Привет], мир'],
    ['one OR two', 'one two three', '[one] [two] three'],
    ['one -two', 'one two', '[one] two'],
    ['title:one two', 'one two', 'one [two]'],
    ['one one*', 'one ones', '[one] [ones]'],
    ['nothing', 'there is none', 'there is none'],
    ['a', 'a b', '[a] b'],
  ])('marks %j in %j', (query, text, expected) => {
    // A word followed by something else is not being typed any more.
    const pieces = markerOf(query.endsWith(' ') ? `"${query.trim()}"` : query).mark(text)
    expect(show(pieces)).toBe(expected)
    expect(pieces.map(({ text }) => text).join('')).toBe(text)
  })

  it('finds the same in a text that has an accent somewhere and in one that has none', () => {
    const words = ['one', 'ones', 'two', 'o', 'γ', '日', '𝑥', '7', 'ONE']
    const gaps = [' ', '', '.', '’', ' ∑ ', '—']
    const text = fc.array(fc.constantFrom(...words, ...gaps)).map((parts) => parts.join(''))
    const query = fc.constantFrom('one', 'two "one two"', 'one7', '"7 one"', 'ONE γ', '日one', 'o*')
    fc.assert(
      fc.property(query, text, (query, text) => {
        const { mark } = markerOf(query)
        expect(`${show(mark(text))} à`).toBe(show(mark(`${text} à`)))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('toHtml', () => {
  it('writes text as text, marked or not', () => {
    expect(toHtml(markerOf('"b q"').mark('<a> & <b q=""> \'c\''))).toBe(
      '&lt;a&gt; &amp; &lt;<mark>b q</mark>=&quot;&quot;&gt; &#39;c&#39;',
    )
  })
})

describe('excerpt', () => {
  const filler = 'nothing to see in these words '

  it('is the whole of a short text', () => {
    expect(show(excerptOf('sea', 'By the sea'))).toBe('By the [sea]')
  })

  it('begins and ends at words, around what was found', () => {
    const excerpt = show(excerptOf('sea', `${filler.repeat(20)}by the sea ${filler.repeat(20)}`))
    expect(excerpt).toMatch(/^…[a-z]+ .* by the \[sea\] nothing .* [a-z]+…$/)
    expect(excerpt!.length).toBeLessThan(240)
    for (const word of excerpt!.replace(/[…[\]]/g, '').split(' '))
      expect(`${filler} by the sea`.split(' ')).toContain(word)
  })

  it('is where the most different words are', () => {
    const text = `sea sea sea ${filler.repeat(20)} a rope by the sea ${filler.repeat(20)}`
    expect(show(excerptOf('sea rope', text))).toContain('a [rope] by the [sea]')
  })

  it('has one space where the text had several', () => {
    expect(show(excerptOf('sea', 'by\n\n  the sea'))).toBe('by the [sea]')
  })

  it('does not cut characters in two', () => {
    const excerpt = show(excerptOf('海', `${'𠮷'.repeat(200)}海${'𠮷'.repeat(200)}`))
    expect(excerpt).toMatch(/^…(?:𠮷|)+\[海\]𠮷+…$/u)
    expect(excerpt!.isWellFormed()).toBe(true)
  })

  it('is absent where there is nothing', () => {
    expect(excerptOf('sea', filler)).toBeUndefined()
  })
})
