import type { InSyncSet, WriteLease } from '../cluster-seam.ts'
import type { Reign } from '../forwarding/leadership.ts'
import type { Durability } from '../middleware.ts'
import type { Committed, Position } from '../protocol.ts'

export interface AcknowledgeOptions {
  durability: Durability
  reign: Reign
  /** Aborts when the caller's time is over. */
  signal: AbortSignal
}

export type Acknowledge = (committed: Committed, options: AcknowledgeOptions) => Promise<{ copies: number }>

interface Covering {
  promise: Promise<{ copies: number }>
  abandon: AbortController
  waiters: number
}

/**
 * Waits until a committed write may be called applied; rejects when the time or the reign ends first, and then nobody
 * knows. An answer from a stored key waits like a fresh one: the write may not be anywhere else yet.
 */
export function createAcknowledge({ inSyncSet, lease }: { inSyncSet: InSyncSet; lease: WriteLease }): Acknowledge {
  // The writes of one transaction have one position: the set is asked once for all of them.
  const coverings = new Map<string, Covering>()

  return async function acknowledge({ position }, { durability, reign, signal }) {
    if (durability === 'local' || !position) {
      await whenLeaseIsProven(lease, reign, signal)
      return { copies: 1 }
    }
    const covered = await cover(position, reign, signal)
    reign.signal.throwIfAborted()
    return covered
  }

  async function cover(position: Position, reign: Reign, signal: AbortSignal): Promise<{ copies: number }> {
    const name = `${reign.epoch.id} ${position.txid} ${position.checksum}`
    const covering = coverings.get(name) ?? begin(name, position, reign)
    covering.waiters += 1
    try {
      return await beforeAbort(covering.promise, signal)
    } finally {
      covering.waiters -= 1
      if (covering.waiters === 0) {
        coverings.delete(name)
        covering.abandon.abort()
      }
    }
  }

  function begin(name: string, position: Position, reign: Reign): Covering {
    const abandon = new AbortController()
    const promise = inSyncSet.whenCovered(position, AbortSignal.any([abandon.signal, reign.signal]))
    const covering = { promise, abandon, waiters: 0 }
    coverings.set(name, covering)
    return covering
  }
}

/** `local` promises only that the right to write could be proven after the commit. */
function whenLeaseIsProven(lease: WriteLease, reign: Reign, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopListening = lease.onChange(look)
    signal.addEventListener('abort', look)
    reign.signal.addEventListener('abort', look)
    look()

    function look() {
      if (reign.signal.aborted) end(() => reject(reign.signal.reason))
      else if (signal.aborted) end(() => reject(signal.reason))
      else if (lease.state.kind !== 'not-held') end(resolve)
    }

    function end(settle: () => void) {
      stopListening()
      signal.removeEventListener('abort', look)
      reign.signal.removeEventListener('abort', look)
      settle()
    }
  })
}

function beforeAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort)
    const stop = () => signal.removeEventListener('abort', abort)
    promise.then(resolve, reject).finally(stop)
  })
}
