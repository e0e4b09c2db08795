import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeToken, newerToken, olderToken, parseToken, type Token } from './token.ts'

const token: Token = { epoch: { number: 3, id: '00ff' }, commit: 7 }

describe('encodeToken', () => {
  it('is read back as the same token', () => {
    expect(encodeToken(token)).toBe('1.3.00ff.7')
    expect(parseToken(encodeToken(token))).toEqual(token)
  })
})

describe('parseToken', () => {
  it.each([
    '',
    '1.3.00ff',
    '2.3.00ff.7',
    '1.-3.00ff.7',
    '1.3.00FF.7',
    '1.3.00ff.7 ',
    '1.3..7',
    `1.3.00ff.${'9'.repeat(16)}`,
  ])('finds no token in %j', (text) => expect(parseToken(text)).toBeUndefined())

  it('takes any text', () => {
    fc.assert(fc.property(fc.string(), (text) => [undefined, text].includes(parseToken(text) && text)))
  })
})

describe('olderToken', () => {
  it('compares commits within an epoch only, and leaves out what is never old', () => {
    const next: Token = { epoch: { number: 4, id: 'aa' }, commit: 1 }
    expect(olderToken(token, next)).toBe(token)
    expect(newerToken(token, next)).toBe(next)
    expect(olderToken(token, { ...token, commit: 6 })?.commit).toBe(6)
    expect(olderToken(undefined, token)).toBe(token)
  })
})
