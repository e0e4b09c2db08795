import { describe, expect, it } from 'vitest'
import { allowsRange, matchesEtag, satisfiesIfMatch } from './conditional.ts'

describe('matchesEtag', () => {
  it.each([
    ['"a"', true],
    ['W/"a"', true],
    ['"b", "a"', true],
    ['"b",W/"a"', true],
    ['*', true],
    ['"former"', true],
    ['"b"', false],
    ['a', false],
    ['"a', false],
    ['', false],
    [undefined, false],
  ])('%s → %s', (header, expected) => {
    expect(matchesEtag(header, '"a"', '"former"')).toBe(expected)
  })
})

describe('satisfiesIfMatch', () => {
  it.each([
    [undefined, true],
    ['*', true],
    ['"a"', true],
    ['"b", "a"', true],
    ['W/"a"', false],
    ['"b"', false],
  ])('%s → %s', (header, expected) => {
    expect(satisfiesIfMatch(header, '"a"')).toBe(expected)
  })
})

describe('allowsRange', () => {
  it.each([
    [undefined, true],
    ['"a"', true],
    ['"b"', false],
    ['W/"a"', false],
    ['Mon, 24 Nov 2025 00:00:00 GMT', false],
  ])('%s → %s', (header, expected) => {
    expect(allowsRange(header, '"a"')).toBe(expected)
  })
})
