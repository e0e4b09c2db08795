import { describe, expect, it } from 'vitest'
import { rememberDrops } from './drops.ts'

const page = (commit: number, ...topics: string[]) => ({ commit, topics, now: '2026-01-01T00:00:00Z' })

describe('rememberDrops', () => {
  it('calls a page outdated when a later commit changed one of its topics', () => {
    const drops = rememberDrops()
    drops.recordCommit(5, ['posts'])
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
    drops.recordCommit(7, ['posts'])
    drops.recordTime('2026-01-01T00:00:00Z', ['posts'])
    drops.recordCommit(6, ['posts'])
    expect(drops.isOutdated(page(6, 'posts'))).toBe(true)
    expect(drops.isOutdated(page(7, 'posts'))).toBe(false)
  })

  it('forgets the oldest topics, and from then on doubts everything as old as them', () => {
    const drops = rememberDrops({ limit: 2 })
    drops.recordCommit(3, ['a'])
    drops.recordCommit(4, ['b'])
    drops.recordCommit(5, ['c'])
    expect(drops.isOutdated(page(2, 'a'))).toBe(true)
    expect(drops.isOutdated(page(2, 'never dropped'))).toBe(true)
    expect(drops.isOutdated(page(3, 'never dropped'))).toBe(false)
    expect(drops.isOutdated(page(4, 'c'))).toBe(true)
  })

  it('counts every drop', () => {
    const drops = rememberDrops()
    drops.recordCommit(1, [])
    drops.recordTime('2026-01-01T00:00:00Z', ['posts'])
    expect(drops.count).toBe(2)
  })
})
