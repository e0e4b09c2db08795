import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalQuery, maxTargetLength, parseTarget } from './target.ts'

describe('parseTarget', () => {
  it.each([
    ['/', '/'],
    ['/posts', '/posts'],
    ['/posts/', '/posts/'],
    ['/p%6Fsts', '/posts'],
    ['/%E6%97%A5%e6%9c%ac', '/%E6%97%A5%E6%9C%AC'],
    [Buffer.from('/日本').toString('latin1'), '/%E6%97%A5%E6%9C%AC'],
    ["/a!$&'()*+,;=:@-._~b", "/a!$&'()*+,;=:@-._~b"],
    ['/a b', '/a%20b'],
    ['/a%2Fb', '/a%2Fb'],
    ['/posts?q=1#part', '/posts'],
    ['http://example.org/posts?q=1', '/posts'],
    ['https://example.org', '/'],
    ['HTTP://example.org?q=1', '/'],
    ['//example.org/posts', '//example.org/posts'],
  ])('%s has the path %s', (raw, path) => {
    expect(parseTarget(raw)).toMatchObject({ kind: 'target', path })
  })

  it.each([
    ['/%', 400],
    ['/%zz', 400],
    ['/%E6%97', 400],
    ['/%ff', 400],
    ['/\xff', 400],
    ['/a%00b', 400],
    ['/a\0b', 400],
    ['/posts?q=%00', 400],
    ['/..', 400],
    ['/a/../b', 400],
    ['/a/%2e%2E/b', 400],
    ['/a/.%2e', 400],
    ['/./a', 400],
    ['/a%2F..%2Fb', 400],
    ['/\\example.org', 400],
    ['/%5Cexample.org', 400],
    ['/a%0d%0aSet-Cookie:x', 400],
    ['/%7f', 400],
    ['*', 400],
    ['', 400],
    ['ftp://example.org/', 400],
    ['javascript:alert(1)', 400],
    [`/${'a'.repeat(maxTargetLength)}`, 414],
  ])('refuses %j', (raw, status) => {
    expect(parseTarget(raw)).toMatchObject({ kind: 'refused', status })
  })

  it('takes any query, broken escapes included: people type percent signs', () => {
    const target = parseTarget('/posts?q=100%&r=%zz')
    expect(target.kind === 'target' && [...target.query]).toEqual([
      ['q', '100%'],
      ['r', '%zz'],
    ])
  })

  it('spells a canonical path as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const first = parseTarget(`/${encodeURIComponent(text)}`)
        if (first.kind === 'refused') return
        expect(parseTarget(first.path)).toMatchObject({ kind: 'target', path: first.path })
      }),
    )
  })

  it('answers anything without throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        expect(['target', 'refused']).toContain(parseTarget(Buffer.from(`/${text}`).toString('latin1')).kind)
      }),
    )
  })
})

describe('canonicalQuery', () => {
  const canonical = (query: string) => canonicalQuery(new URLSearchParams(query), ['q', 'tags', 'page'])

  it.each([
    ['', ''],
    ['utm_source=x&fbclid=y', ''],
    ['tags=a&q=b', '?q=b&tags=a'],
    ['q=a&q=b', '?q=a'],
    ['q=&page=2', '?page=2'],
    ['q=a+b%20c', '?q=a+b+c'],
    ['Q=a', ''],
  ])('%s → %s', (query, expected) => {
    expect(canonical(query)).toBe(expected)
  })

  it('leaves a canonical query as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = canonical(new URLSearchParams({ q: text }).toString())
        expect(canonical(once.slice(1))).toBe(once)
      }),
    )
  })
})
