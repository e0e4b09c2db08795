import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Cluster } from '../harness/index.ts'
import { atoll } from './atoll.ts'
import { playRound, type Round } from './rounds.ts'
import { combine, rows } from './rows.ts'
import { chooseBySeed } from './seeded.ts'
import type { Sequence } from './sequences.ts'

/**
 * The tests of the guard play these with an application of their own (faults, membership, full-disk), or they last
 * longer than a test may. `npm run faults` plays them all.
 */
const playedElsewhere = [
  'LiteFS on the primary killed',
  'guard on the primary killed',
  'all of the primary killed',
  'primary vanished',
  'primary frozen for 5 s',
  'primary frozen for 15 s',
  'primary frozen for 60 s',
  'LiteFS on the primary frozen',
  'primary cut off from Consul',
  'primary cut off from the replicas',
  'primary not heard by Consul',
  'primary does not hear Consul',
  'primary not heard by the replicas',
  'primary does not hear the replicas',
  'a replica killed',
  'a replica frozen',
  'a replica on a slow line',
  'every line slow',
  'every line slower by a second',
  'lines to the primary come and go',
  'Consul wiped',
  'disk of the primary fills up',
  'disk of a replica fills up',
  'two nodes die one after the other',
]
/** Two faults at once, which `npm run faults` draws at random. */
const combinations = [
  // A node that was overtaken said that what the others went on with was lost.
  ['LiteFS on the primary killed', 'primary vanished'],
]

const choose = chooseBySeed(1)
const played: Record<string, Sequence> = {
  ...Object.fromEntries(Object.entries(rows).filter(([name]) => !playedElsewhere.includes(name))),
  ...Object.fromEntries(combinations.map((names) => [names.join(' + '), combine(names, choose)])),
}

describe('a cluster of sites under load', () => {
  let shared: Cluster | undefined
  let isBroken = false

  beforeEach(() => {
    isBroken = true
  })
  afterEach(async () => {
    if (isBroken) await shared?.close({ keepLogs: true })
    if (isBroken) shared = undefined
  })
  afterAll(() => shared?.close())

  it.for(Object.entries(played))(
    'loses nothing, does nothing twice and shows nothing old: %s',
    { timeout: 120_000 },
    async ([name, row]) => {
      const round = row.nodes ? await playAlone(name, row) : await playShared(name, row)
      console.info(`${name}: ${round.gapsMs.join(', ')} ms`)
      expect(round.verdict).toMatchObject({ lost: [], duplicated: [], stale: [], diverged: [], unread: 0 })
      expect(round.verdict.acknowledged).toBeGreaterThan(0)
      if (row.failsNoWrite) expect(round.verdict.refused).toBe(0)
      isBroken = false
    },
  )

  async function playShared(name: string, row: Sequence): Promise<Round> {
    shared ??= await atoll.open({ all: 3, atFirst: 3 })
    return playRound(shared, { subject: atoll, name, row, choose, isShort: true })
  }
})

async function playAlone(name: string, row: Sequence): Promise<Round> {
  const cluster = await atoll.open(row.nodes!)
  try {
    return await playRound(cluster, { subject: atoll, name, row, choose, isShort: true })
  } finally {
    await cluster.close()
  }
}
