import type { Acknowledge } from '../durability/acknowledge.ts'
import { encodeError, RepoError } from '../errors.ts'
import type { DatabaseHost } from '../host/database-host.ts'
import type { Durability } from '../middleware.ts'
import { type Epoch, isSameEpoch } from '../token.ts'
import { type Admission, sizeOf } from './admission.ts'
import type { LeadershipFollower, Reign } from './leadership.ts'
import { type Outcome, outcomeOf, type SentWrite } from './wire.ts'

export type TakeWrite = (write: SentWrite, durability: Durability) => Promise<Outcome>

export interface TakeWritesOptions {
  host: Pick<DatabaseHost, 'write'>
  leadership: Pick<LeadershipFollower, 'current'>
  acknowledge: Acknowledge
}

/** The primary's end of a write, whoever sent it: commits it, and answers once it may be called applied. */
export function createTakeWrite({ host, leadership, acknowledge }: TakeWritesOptions): TakeWrite {
  return async function takeWrite(write, durability) {
    const { current } = leadership
    if (current.kind !== 'leading') return refusal(notLeading(current.kind))
    const { reign } = current
    if (write.epoch && !isSameEpoch(write.epoch, reign.epoch)) return refuseEpoch(write.epoch, reign)

    const { body, key, hash, remainingMs } = write
    const answer = await host.write({ body, key, hash, epoch: reign.epoch, deadline: Date.now() + remainingMs })
    if (answer.kind === 'failed' && !answer.committed) return withEpoch(outcomeOf(answer.error), reign)
    const committed = answer.committed!

    const timeIsOver = new AbortController()
    const timer = setTimeout(() => timeIsOver.abort(new RepoError('unanswered', 'too few copies in time')), remainingMs)
    try {
      const { copies } = await acknowledge(committed, { durability, reign, signal: timeIsOver.signal })
      const { token, position } = committed
      if (answer.kind === 'failed') return { kind: 'failed', error: answer.error, token }
      return { kind: 'done', value: answer.value, token, copies, found: answer.found, ...(position && { position }) }
    } catch (error) {
      return { kind: 'unknown', error: encodeError(error, 'committed here, and not known to be kept') }
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Takes writes of other nodes, as many at once as `admission` lets in. */
export function limitTaking(take: TakeWrite, admission: Admission): TakeWrite {
  return async function takeLimited(write, durability) {
    let leave: () => void
    try {
      leave = admission.enter(sizeOf(write.body))
    } catch (error) {
      return { kind: 'refused', error: encodeError(error, '') }
    }
    try {
      return await take(write, durability)
    } finally {
      leave()
    }
  }
}

function notLeading(kind: string): RepoError {
  if (kind === 'draining') return new RepoError('fenced', 'a handover is under way')
  return new RepoError('not_primary', `this node is not the primary: it is ${kind}`)
}

function refuseEpoch(sent: Epoch, { epoch }: Reign): Outcome {
  // Somebody has seen a later reign than this one: it is over, and LiteFS will say so.
  if (sent.number > epoch.number) return refusal(new RepoError('not_primary', `epoch ${epoch.number} is over`))
  return refusal(new RepoError('stale_epoch', `epoch ${sent.number} is over, this is ${epoch.number}`), epoch)
}

function refusal(error: RepoError, epoch?: Epoch): Outcome {
  return { kind: 'refused', error: encodeError(error, ''), ...(epoch && { epoch }) }
}

function withEpoch(outcome: Outcome, { epoch }: Reign): Outcome {
  return outcome.kind === 'refused' ? { ...outcome, epoch } : outcome
}
