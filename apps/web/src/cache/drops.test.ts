import { describe, expect, it } from 'vitest'
import { tokenAt } from '../testing/fake-repo.ts'
import { rememberDrops } from './drops.ts'

const page = (commit: number, ...topics: string[]) => ({ token: tokenAt(commit), topics, now: '2026-01-01T00:00:00Z' })

describe('rememberDrops', () => {
  it('calls a page outdated when a later commit changed one of its topics', () => {
    const drops = rememberDrops()
    drops.recordCommit({ token: tokenAt(5), topics: ['posts'] })
    expect(drops.isOutdated(page(4, 'site', 'posts'))).toBe(true)
    expect(drops.isOutdated(page(5, 'site', 'posts'))).toBe(false)
    expect(drops.isOutdated(page(4, 'site', 'projects'))).toBe(false)
  })

  it('calls a page outdated when it was made for a time before the one that changed a topic', () => {
    const drops = rememberDrops()
    drops.recordTime('2026-01-01T00:00:01Z', ['posts'])
    expect(drops.isOutdated(page(9, 'posts'))).toBe(true)
    expect(drops.isOutdated({ ...page(9, 'posts'), now: '2026-01-01T00:00:01Z' })).toBe(false)
    expect(drops.isOutdated(page(9, 'titles'))).toBe(false)
  })

  it('keeps the later of two drops, whichever way they come', () => {
    const drops = rememberDrops()
    drops.recordCommit({ token: tokenAt(7), topics: ['posts'] })
    drops.recordTime('2026-01-01T00:00:00Z', ['posts'])
    drops.recordCommit({ token: tokenAt(6), topics: ['posts'] })
    expect(drops.isOutdated(page(6, 'posts'))).toBe(true)
    expect(drops.isOutdated(page(7, 'posts'))).toBe(false)
  })

  it('forgets the oldest topics, and from then on doubts everything as old as them', () => {
    const drops = rememberDrops({ limit: 2 })
    drops.recordCommit({ token: tokenAt(3), topics: ['a'] })
    drops.recordCommit({ token: tokenAt(4), topics: ['b'] })
    drops.recordCommit({ token: tokenAt(5), topics: ['c'] })
    expect(drops.isOutdated(page(2, 'a'))).toBe(true)
    expect(drops.isOutdated(page(2, 'never dropped'))).toBe(true)
    expect(drops.isOutdated(page(3, 'never dropped'))).toBe(false)
    expect(drops.isOutdated(page(4, 'c'))).toBe(true)
  })

  it('calls everything of a former epoch outdated, however its numbers compare', () => {
    const drops = rememberDrops()
    drops.recordCommit({ token: tokenAt(5), topics: ['posts'] })
    const next = { number: 2, id: 'b' }
    drops.recordCommit({ token: tokenAt(3, next), topics: [], dropAll: true })
    expect(drops.isOutdated(page(9, 'never dropped'))).toBe(true)
    expect(drops.isOutdated({ ...page(0, 'posts'), token: tokenAt(3, next) })).toBe(false)
    expect(drops.isOutdated({ ...page(0, 'posts'), token: tokenAt(2, next) })).toBe(true)
  })

  it('counts every drop', () => {
    const drops = rememberDrops()
    drops.recordCommit({ token: tokenAt(1), topics: [] })
    drops.recordTime('2026-01-01T00:00:00Z', ['posts'])
    expect(drops.count).toBe(2)
  })
})
