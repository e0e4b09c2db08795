import { encodeToken, type Token } from '@atoll/repo'
import { describe, expect, it } from 'vitest'
import { readToken, tokenHeaders } from './token-headers.ts'

const token: Token = { epoch: { number: 3, id: 'f00d' }, commit: 41 }
const text = encodeToken(token)

describe('a token on a request', () => {
  it.each([
    ['a header', { 'atoll-token': text }],
    ['a cookie', { cookie: `atoll-token=${text}` }],
    ['a cookie among others', { cookie: `theme=dark; atoll-token=${text}; x=y` }],
  ])('is read from %s', (_where, headers) => {
    expect(readToken({ headers })).toEqual(token)
  })

  it('is the one of the header when there are two', () => {
    const other = encodeToken({ ...token, commit: 1 })
    expect(readToken({ headers: { 'atoll-token': text, cookie: `atoll-token=${other}` } })).toEqual(token)
  })

  it.each([
    {},
    { cookie: '' },
    { cookie: 'atoll-token' },
    { cookie: 'atoll-token=' },
    { cookie: `other-atoll-token=${text}` },
    { 'atoll-token': 'soon' },
    { 'atoll-token': `1.3.f00d.${'9'.repeat(30)}` },
    { cookie: `atoll-token=${text}"` },
  ])('is none when there is none: %j', (headers) => {
    expect(readToken({ headers })).toBeUndefined()
  })
})

describe('a token on an answer', () => {
  it('is a header, and a cookie that scripts and other sites do not get', () => {
    const [name, value, cookieName, cookie] = tokenHeaders(token, { isSecure: true })
    expect([name, value, cookieName]).toEqual(['Atoll-Token', text, 'Set-Cookie'])
    expect(cookie).toBe(`atoll-token=${text}; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax; Secure`)
    expect(readToken({ headers: { cookie: cookie!.split(';')[0]! } })).toEqual(token)
  })

  it('can be kept by a browser without https when the site has none', () => {
    expect(tokenHeaders(token, { isSecure: false })[3]).not.toContain('Secure')
  })
})
