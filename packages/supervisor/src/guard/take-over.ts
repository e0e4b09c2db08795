import { setTimeout as delay } from 'node:timers/promises'
import type { PromoteAnswer } from './handover.ts'
import type { Lease } from './lease.ts'
import type { LitefsApi } from './litefs-api.ts'
import { timing } from './timing.ts'

export interface TakingOver {
  /** Has this node's LiteFS been told to take over from the primary? */
  readonly isUnderWay: boolean
  /** Another guard hands the lease over to this node. */
  takeOver(): Promise<PromoteAnswer>
}

export function prepareTakeOver({
  api,
  lease,
}: {
  api: Pick<LitefsApi, 'promote'>
  lease: Pick<Lease, 'reign'>
}): TakingOver {
  let underWay = 0

  return {
    get isUnderWay() {
      return underWay > 0
    },
    async takeOver() {
      underWay += 1
      try {
        return await promote()
      } finally {
        underWay -= 1
      }
    },
  }

  async function promote(): Promise<PromoteAnswer> {
    const refusal = await api.promote(5000).then(
      () => undefined,
      (error: Error) => error.message,
    )
    if (refusal && /not currently connected|no primary is currently|not eligible/.test(refusal)) {
      return { kind: 'refused', reason: refusal }
    }
    const until = performance.now() + timing.takeWithin
    while (!lease.reign && performance.now() < until) await delay(5)
    return { kind: lease.reign ? 'leads' : 'nothing-came' }
  }
}
