import { describe, expect, it } from 'vitest'
import { type HandoverReasonsOptions, watchHandoverReasons } from './handover-reasons.ts'
import type { Hearing } from './hearing.ts'
import type { Leading } from './leading.ts'
import type { Peer } from './peers.ts'

const serving = (node: string, region: string) => ({ node, report: { region } }) as Partial<Peer> as Peer

function reasonOf(given: Partial<HandoverReasonsOptions> & { others?: Peer[]; ledForMs?: number }) {
  const { others = [serving('b', 'iad')], ledForMs = 60_000, ...options } = given
  const reasonToHandOver = watchHandoverReasons({
    ...{ region: 'lhr', preferredRegion: undefined, returnAfterMs: 600_000 },
    ...{ isFull: () => false, hasApplication: () => true },
    hearing: { servingMembers: () => others } as Partial<Hearing> as Hearing,
    ...options,
  })
  return reasonToHandOver({ reign: {} } as Leading, ledForMs)
}

describe('a node that leads hands over by itself', () => {
  it('not without a reason', () => {
    expect(reasonOf({})).toBeUndefined()
    expect(reasonOf({ preferredRegion: 'lhr', ledForMs: 3_600_000 })).toBeUndefined()
  })

  it('when its disk is nearly full, and tries again when nobody took the lease', () => {
    expect(reasonOf({ isFull: () => true })).toMatchObject({ why: 'the disk is nearly full', retryAfterMs: 5000 })
  })

  it('when no application of its own writes and one of another member would, but not while it may still start', () => {
    const hasApplication = () => false
    expect(reasonOf({ hasApplication })?.why).toBe('no application of this node writes')
    expect(reasonOf({ hasApplication, ledForMs: 3000 })).toBeUndefined()
    expect(reasonOf({ hasApplication, others: [] })).toBeUndefined()
  })

  it('to the preferred region, at most once in the time that it has to stay elsewhere', () => {
    const back = { preferredRegion: 'iad', returnAfterMs: 600_000 }
    expect(reasonOf({ ...back, ledForMs: 599_000 })).toBeUndefined()
    expect(reasonOf({ ...back, ledForMs: 601_000 })).toEqual({
      why: 'the preferred region is iad',
      to: 'b',
      retryAfterMs: 600_000,
    })
    expect(reasonOf({ ...back, ledForMs: 601_000, others: [serving('b', 'nrt')] })).toBeUndefined()
  })
})
