import type { PostsOverview } from '@atoll/blog'
import { describe, expect, it } from 'vitest'
import { createFakeRepo, type FakeReader } from '../testing/fake-repo.ts'
import { keep } from './keep.ts'
import { PageCache } from './page-cache.ts'

function open() {
  const repo = createFakeRepo({ total: '1' })
  const cache = new PageCache()
  repo.onCommit((notice) => cache.dropCommit(notice))
  const time = { now: new Date('2026-01-01T00:00:00Z') }
  let reads = 0
  const overview = keep<PostsOverview>({
    repo,
    drops: cache.drops,
    now: () => time.now,
    topics: ['titles'],
    async load(reader) {
      reads++
      return { total: Number(await (reader as FakeReader).read('total')), tags: [] }
    },
  })
  const total = async () => (await overview.current()).value.total
  return { repo, cache, time, overview, total, reads: () => reads }
}

describe('keep', () => {
  it('reads once for all who ask, and again after a change of its topics', async () => {
    const { repo, total, reads } = open()
    expect(await Promise.all([total(), total()])).toEqual([1, 1])
    repo.publish({ total: '2' }, ['posts'])
    expect([await total(), reads()]).toEqual([1, 1])
    repo.publish({ total: '3' }, ['titles'])
    expect([await total(), reads()]).toEqual([3, 2])
  })

  it('is as new as what was announced, while nothing it shows changed', async () => {
    const { repo, overview } = open()
    await overview.current()
    repo.publish({ total: '1' }, ['posts'])
    expect((await overview.current()).token).toEqual(repo.announced)
  })

  it('does not keep what was read before a change that was announced meanwhile', async () => {
    const { repo, total, reads } = open()
    repo.stall()
    const early = total()
    repo.publish({}, ['titles'])
    const late = total()
    repo.resume()
    await Promise.all([early, late])
    expect([await total(), reads()]).toEqual([1, 2])
  })

  it('tells for which time it was read, and reads again when the time of something has come', async () => {
    const { cache, time, overview, reads } = open()
    await overview.current()
    time.now = new Date('2026-01-01T00:01:00Z')
    expect((await overview.current()).now).toBe('2026-01-01T00:00:00Z')
    cache.dropTime({ at: '2026-01-01T00:01:00Z', topics: ['titles'] })
    expect((await overview.current()).now).toBe('2026-01-01T00:01:00Z')
    expect(reads()).toBe(2)
  })

  it('asks anew for a reader who may see nothing older, and keeps the former for others', async () => {
    const { repo, overview, total } = open()
    await total()
    const commit = repo.write({ total: '5' })
    const { value } = await overview.readFor({ epoch: { number: 1, id: 'a' }, commit })
    expect([value.total, await total()]).toEqual([5, 1])
  })
})
