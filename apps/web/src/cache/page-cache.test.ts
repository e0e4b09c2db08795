import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Representation } from '../http/representation.ts'
import { tokenAt } from '../testing/fake-repo.ts'
import { PageCache } from './page-cache.ts'

const now = '2026-01-01T00:00:00Z'

function page(topics: string[], { commit = 1, bytes = 100, time = now } = {}) {
  const representation = new Representation({
    contentType: 'text/html',
    body: Buffer.alloc(bytes, 'a'),
    cacheControl: 'no-cache',
    headers: [],
  })
  return { representation, topics, token: tokenAt(commit), now: time }
}

describe('PageCache', () => {
  it('keeps a page until one of its topics changes, and no other', () => {
    const cache = new PageCache()
    cache.store('/a', page(['post:a', 'site']))
    cache.store('/b', page(['post:b', 'site']))
    cache.dropCommit({ token: tokenAt(2), topics: ['post:a', 'projects'] })
    expect(cache.get('/a')).toBeUndefined()
    expect(cache.get('/b')).toBeDefined()
    cache.dropCommit({ token: tokenAt(3), topics: ['site'] })
    expect(cache.size).toBe(0)
    expect(cache.bytes).toBe(0)
  })

  it('keeps a page that was read from the commit whose announcement comes late', () => {
    const cache = new PageCache()
    cache.store('/a', page(['posts'], { commit: 2 }))
    cache.dropCommit({ token: tokenAt(2), topics: ['posts'] })
    expect(cache.get('/a')).toBeDefined()
  })

  it('never stores a page from before the last drop of one of its topics', () => {
    const cache = new PageCache()
    cache.dropCommit({ token: tokenAt(2), topics: ['posts'] })
    expect(cache.store('/a', page(['site', 'posts'], { commit: 1 }))).toBe(false)
    expect(cache.store('/a', page(['site', 'posts'], { commit: 2 }))).toBe(true)
    cache.dropTime({ at: '2026-01-02T00:00:00Z', topics: ['posts'] })
    expect(cache.get('/a')).toBeUndefined()
    expect(cache.store('/a', page(['posts'], { commit: 2 }))).toBe(false)
    expect(cache.store('/a', page(['posts'], { commit: 2, time: '2026-01-02T00:00:00Z' }))).toBe(true)
  })

  it('drops everything when an epoch begins, and keeps nothing that was read before', () => {
    const cache = new PageCache()
    cache.store('/a', page(['posts'], { commit: 9 }))
    cache.dropCommit({ token: tokenAt(7, { number: 2, id: 'b' }), topics: [], dropAll: true })
    expect(cache.size).toBe(0)
    expect(cache.store('/a', page(['posts'], { commit: 9 }))).toBe(false)
  })

  it('stays within its bytes, encodings included', async () => {
    const cache = new PageCache({ maxBytes: 100_000 })
    for (let i = 0; i < 100; i++) {
      const entry = page(['site'], { bytes: 5_000 })
      cache.store(`/${i}`, entry)
      await entry.representation.makeForm('gzip')
      expect(cache.bytes).toBeLessThanOrEqual(100_000)
    }
    expect(cache.size).toBeGreaterThan(10)
  })

  it('evicts what was asked for once before what is asked for again', () => {
    const cache = new PageCache({ maxBytes: 50_000 })
    cache.store('/hot', page(['site']))
    for (let i = 0; i < 500; i++) {
      expect(cache.get('/hot')).toBeDefined()
      cache.store(`/search-${i}`, page(['site']))
    }
  })

  it('does not store what would take most of its room', () => {
    const cache = new PageCache({ maxBytes: 40_000 })
    expect(cache.store('/large', page(['site'], { bytes: 20_000 }))).toBe(false)
  })

  it('counts right whatever happens in whatever order', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('store'), key: fc.nat(8), topic: fc.nat(4), bytes: fc.nat(9_000) }),
      fc.record({ kind: fc.constant('get'), key: fc.nat(8) }),
      fc.record({ kind: fc.constant('drop'), topic: fc.nat(4) }),
      fc.record({ kind: fc.constant('compress'), key: fc.nat(8) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const cache = new PageCache({ maxBytes: 40_000 })
        let commit = 1
        for (const step of steps) {
          const key = 'key' in step ? `/${step.key}` : ''
          if ('bytes' in step) cache.store(key, page([`t${step.topic}`, 'site'], { commit, bytes: step.bytes }))
          else if ('topic' in step) cache.dropCommit({ token: tokenAt(++commit), topics: [`t${step.topic}`] })
          else if (step.kind === 'compress') await cache.get(key)?.makeForm('gzip')
          else cache.get(key)
          expect(cache.bytes).toBeLessThanOrEqual(40_000)
        }
        cache.dropCommit({ token: tokenAt(++commit), topics: ['site'] })
        expect([cache.size, cache.bytes]).toEqual([0, 0])
      }),
      { numRuns: 50 },
    )
  })
})
