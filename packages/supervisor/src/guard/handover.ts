import { setTimeout as delay } from 'node:timers/promises'
import { GuardError } from './errors.ts'
import type { Coverage } from './member-reports.ts'
import type { Peer } from './peers.ts'
import type { Position } from './position.ts'
import type { Reign } from './reign.ts'
import { timing } from './timing.ts'

export interface HandoverOptions {
  reign: Reign
  coverage: Coverage
  target: Peer
  /** Resolves when the application takes no new write and none is running. */
  drain(deadlineMs: number): Promise<void>
  /** Of this node, now. */
  position(): Promise<Position | undefined>
  /** The lease's index in Consul, now. */
  currentTerm(): Promise<number | undefined>
  deadlineMs: number
}

/** What the target's guard answers to `promote`. */
export type PromoteAnswer =
  /** It leads. */
  | { kind: 'leads' }
  /** LiteFS said no before anything moved. */
  | { kind: 'refused'; reason: string }
  /** LiteFS agreed, and the lease did not come in time. */
  | { kind: 'nothing-came' }

/**
 * Hands the lease to the target without losing a write. Up to `promote` it can be abandoned: this node goes on leading
 * and `handover_abandoned` says why. After it, whatever happens, this reign ends: LiteFS may have given the lease away
 * without releasing it.
 */
export async function handOver(options: HandoverOptions): Promise<void> {
  const { reign, target, deadlineMs } = options
  await prepare(options).catch((cause: Error) => {
    throw new GuardError('handover_abandoned', `handover to ${target.node}: ${cause.message}`, { cause })
  })
  const answer = await promote(target)
  if (answer.kind === 'refused') {
    throw new GuardError('handover_abandoned', `handover to ${target.node}: its LiteFS says: ${answer.reason}`)
  }
  if (answer.kind !== 'leads') await waitForTaking(options, Math.min(timing.takeWithin, deadlineMs))
  // Refused by Consul if the target has it: then this only ends the reign here.
  if (answer.kind === 'leads') reign.end(`handed over to ${target.node}`)
  else await reign.release({ leave: false })
}

async function prepare({ reign, coverage, target, drain, position, deadlineMs }: HandoverOptions) {
  const signal = AbortSignal.any([reign.ended, AbortSignal.timeout(deadlineMs)])
  await drain(deadlineMs)
  const last = await position()
  while (last && (coverage.provenAt(target.node) ?? -1n) < last.txid) {
    signal.throwIfAborted()
    await delay(5)
  }
  signal.throwIfAborted()
}

async function promote(target: Peer): Promise<PromoteAnswer> {
  const answer = target.ask('promote', undefined, 5000 + timing.takeWithin)
  // No answer does not mean that nothing happened.
  return answer.catch(() => ({ kind: 'nothing-came' })) as Promise<PromoteAnswer>
}

async function waitForTaking({ reign, currentTerm }: HandoverOptions, withinMs: number) {
  const until = performance.now() + withinMs
  while (performance.now() < until && !reign.ended.aborted) {
    const term = await currentTerm().catch(() => reign.term)
    if (term !== reign.term) return
    await delay(25)
  }
}
