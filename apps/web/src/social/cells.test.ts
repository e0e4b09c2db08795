import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Cell, isUnreadable, toCells, truncate, widthOf, wrap } from './cells.ts'

const textOf = (cells: Cell[]) => cells.map(({ text }) => text).join('')
const drawn = (text: string) => textOf(toCells(text, 700))
const wrapped = (text: string, width: number) => wrap(toCells(text, 700), width).map(textOf)

describe('toCells', () => {
  it.each([
    ['Zażółć gęślą jaźń', 'Zażółć gęślą jaźń'],
    ['Привет, ελλάδα?', 'Привет, ελλάδα?'],
    ['日本語とカタカナ', '日本語とカタカナ'],
    ['cafe\u0301', 'café'],
    ['  two   spaces\n', 'two spaces'],
    ['soft\u00adhyphen and\u200b joiner', 'softhyphen and joiner'],
  ])('draws %j', (text, expected) => {
    expect(drawn(text)).toBe(expected)
  })

  it('leaves out pictographs, and one of the spaces around them', () => {
    expect(drawn('🎉 We 👩‍👩‍👧 are 🇯🇵 live 🚀')).toBe('We are live')
  })

  it('shows a box for a letter that no font has', () => {
    expect(toCells('a한', 700).map(({ kind, width }) => [kind, width])).toEqual([
      ['glyph', 1],
      ['unknown', 2],
    ])
  })

  it('gives wide characters two cells', () => {
    expect(widthOf(toCells('日本 ab', 700))).toBe(7)
  })
})

describe('isUnreadable', () => {
  it.each([
    ['한국어 제목', true],
    ['مرحبا', true],
    ['🎉', true],
    ['', true],
    ['Hello 한', false],
    ['Hello', false],
  ])('%j: %j', (text, expected) => {
    expect(isUnreadable(toCells(text, 700))).toBe(expected)
  })
})

describe('wrap', () => {
  it.each([
    ['one two three', 7, ['one two', 'three']],
    ['one two', 3, ['one', 'two']],
    ['extraordinary', 5, ['extra', 'ordin', 'ary']],
    ['well-known', 6, ['well-', 'known']],
    ['日本語です', 6, ['日本語', 'です']],
    ['日本。語', 4, ['日', '本。', '語']],
    ['ab「日本」', 5, ['ab', '「日', '本」']],
    ['', 5, ['']],
  ])('breaks %j at %i', (text, width, lines) => {
    expect(wrapped(text, width)).toEqual(lines)
  })

  it('never makes a line too long, and loses nothing but spaces', () => {
    const text = fc.string({ unit: fc.constantFrom(...'abc -/日本。「한\u0301 ') })
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 12 }), (written, width) => {
        const cells = toCells(written, 400)
        const lines = wrap(cells, width)
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width)
        expect(lines.map(textOf).join('').replaceAll(' ', '')).toBe(textOf(cells).replaceAll(' ', ''))
      }),
    )
  })
})

describe('truncate', () => {
  it.each([
    ['short', 10, 'short'],
    ['quite long', 7, 'quite…'],
    ['日本語', 4, '日…'],
  ])('cuts %j at %i', (text, width, expected) => {
    expect(textOf(truncate(toCells(text, 700), width))).toBe(expected)
  })
})
