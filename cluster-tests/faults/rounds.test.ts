import { describe, expect, it } from 'vitest'
import { openFaultCluster, playRound } from './rounds.ts'
import { chooseBySeed } from './seeded.ts'

/** Combinations that are each made of two ways of being deposed; `npm run faults` draws them at random. */
const combinations = [
  ['LiteFS on the primary killed', 'planned handover'],
  ['primary frozen', 'a replica killed'],
]

describe('npm run faults', () => {
  it('plays faults under load, and finds nothing lost, twice, stale or different', { timeout: 120_000 }, async (t) => {
    const cluster = await openFaultCluster(false)
    t.onTestFinished(() => cluster.close())
    const choose = chooseBySeed(1)
    for (const struck of combinations) {
      const { verdict } = await playRound(cluster, { struck, choose, isStock: false, patienceMs: 25_000 })
      expect(verdict).toMatchObject({ lost: [], duplicated: [], stale: [], diverged: [] })
      expect(verdict.acknowledged).toBeGreaterThan(0)
    }
  })
})
