import { describe, expect, it } from 'vitest'
import { type HandoverOptions, handOver, type PromoteAnswer } from './handover.ts'
import type { Coverage } from './member-reports.ts'
import type { Peer } from './peers.ts'
import type { Reign } from './reign.ts'

const position = { txid: 100n, checksum: 'c'.repeat(16) }

/** A leader at 100 and a target at 99, which gets there once it is told to. */
function prepared(answer: PromoteAnswer | 'none', options: Partial<HandoverOptions> = {}) {
  const ending = new AbortController()
  const happened: string[] = []
  const given = { proven: 99n, isDrained: Promise.withResolvers<void>(), term: 7 }
  const done = handOver({
    reign: {
      term: 7,
      ended: ending.signal,
      end: () => void happened.push('ended'),
      release: async () => void happened.push('released'),
    } as Partial<Reign> as Reign,
    coverage: { provenAt: () => given.proven } as Partial<Coverage> as Coverage,
    target: {
      node: 'b',
      async ask(method) {
        happened.push(method)
        if (answer === 'none') throw new Error('no answer')
        return answer
      },
    } as Partial<Peer> as Peer,
    drain: () => given.isDrained.promise,
    position: async () => position,
    currentTerm: async () => given.term,
    deadlineMs: 500,
    ...options,
  })
  done.catch(() => {})
  return { given, happened, done, ending }
}

const someTurns = () => new Promise((resolve) => setTimeout(resolve, 40))

describe('handOver', () => {
  it('promotes nobody before writes have stopped', async () => {
    const { given, happened, done } = prepared({ kind: 'leads' })
    given.proven = 100n
    await someTurns()
    expect(happened).toEqual([])
    given.isDrained.resolve()
    await done
    expect(happened).toEqual(['promote', 'ended'])
  })

  it('promotes nobody before the target has everything', async () => {
    const { given, happened, done } = prepared({ kind: 'leads' })
    given.isDrained.resolve()
    await someTurns()
    expect(happened).toEqual([])
    given.proven = 100n
    await done
    expect(happened).toEqual(['promote', 'ended'])
  })

  it('is abandoned before it promotes when the target does not get there in time', async () => {
    const { given, happened, done } = prepared({ kind: 'leads' }, { deadlineMs: 50 })
    given.isDrained.resolve()
    await expect(done).rejects.toMatchObject({ code: 'handover_abandoned', applied: 'no' })
    expect(happened).toEqual([])
  })

  it('is abandoned when LiteFS of the target says no before anything moved', async () => {
    const { given, happened, done } = prepared({ kind: 'refused', reason: 'not eligible' })
    given.isDrained.resolve()
    given.proven = 100n
    await expect(done).rejects.toMatchObject({ code: 'handover_abandoned' })
    expect(happened).toEqual(['promote'])
  })

  it.each([{ kind: 'nothing-came' } as const, 'none' as const])(
    'gives the lease back for any member when the target did not take it in its time (%s)',
    async (answer) => {
      const { given, happened, done } = prepared(answer)
      given.isDrained.resolve()
      given.proven = 100n
      await done
      expect(happened).toEqual(['promote', 'released'])
    },
  )

  it('keeps the lease while the target may still take it, and gives back what is left of it then', async () => {
    const { given, happened, done } = prepared('none', { deadlineMs: 60_000 })
    given.isDrained.resolve()
    given.proven = 100n
    await someTurns()
    expect(happened).toEqual(['promote'])
    given.term = 8
    await done
    expect(happened).toEqual(['promote', 'released'])
  })
})
