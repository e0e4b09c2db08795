import type { Acknowledge } from '../durability/acknowledge.ts'
import { encodeError, RepoError } from '../errors.ts'
import type { DatabaseHost } from '../host/database-host.ts'
import type { CallOrigin, Durability, WriteTiming } from '../middleware.ts'
import { type Epoch, isSameEpoch } from '../token.ts'
import { type Admission, sizeOf } from './admission.ts'
import type { LeadershipFollower, Reign } from './leadership.ts'
import { nameOf, type Outcome, outcomeOf, type SentWrite } from './wire.ts'

export type TakeWrite = (write: SentWrite, durability: Durability, from: string) => Promise<Outcome>

/** A write that this node, as primary, was asked for. */
export interface TakenWrite {
  /** Of the operation; of statements, the first one. */
  name: string
  /** The node that asked. */
  from: string
  origin: CallOrigin
  outcome: Outcome['kind']
  /** Of the error, where there is one. */
  code?: string
  /** How long it was here, in milliseconds. */
  tookMs: number
  timing?: WriteTiming
}

export interface TakeWritesOptions {
  host: Pick<DatabaseHost, 'write'>
  leadership: Pick<LeadershipFollower, 'current'>
  acknowledge: Acknowledge
  /** Is told of the writes that say where they come from. It must not throw. */
  onTaken?: ((taken: TakenWrite) => void) | undefined
}

/** The primary's end of a write, whoever sent it: commits it, and answers once it may be called applied. */
export function createTakeWrite({ host, leadership, acknowledge, onTaken }: TakeWritesOptions) {
  const counts = { fenced: 0 }
  return { take, counts }

  async function take(write: SentWrite, durability: Durability, from: string): Promise<Outcome> {
    const startedAt = performance.now()
    const outcome = await commitAndKeep(write, durability, startedAt)
    if (outcome.kind === 'refused' && outcome.error.code === 'fenced') counts.fenced += 1
    if (onTaken && write.origin) onTaken(describeTaken({ write, from, outcome, tookMs: performance.now() - startedAt }))
    return outcome
  }

  async function commitAndKeep(write: SentWrite, durability: Durability, startedAt: number): Promise<Outcome> {
    const { current } = leadership
    if (current.kind !== 'leading') return refusal(notLeading(current.kind))
    const { reign } = current
    if (write.epoch && !isSameEpoch(write.epoch, reign.epoch)) return refuseEpoch(write.epoch, reign)

    const { body, key, hash, remainingMs } = write
    const answer = await host.write({ body, key, hash, epoch: reign.epoch, deadline: Date.now() + remainingMs })
    if (answer.kind === 'failed' && !answer.committed) return withEpoch(outcomeOf(answer.error), reign)
    const committed = answer.committed!
    const committedAt = performance.now()

    const timeIsOver = new AbortController()
    const timer = setTimeout(() => timeIsOver.abort(new RepoError('unanswered', 'too few copies in time')), remainingMs)
    try {
      const { copies } = await acknowledge(committed, { durability, reign, signal: timeIsOver.signal })
      const { token, position } = committed
      if (answer.kind === 'failed') return { kind: 'failed', error: answer.error, token }
      const { value, found, commitMs = 0 } = answer
      const timing = {
        queue: committedAt - startedAt - commitMs,
        network: 0,
        commit: commitMs,
        replicated: performance.now() - committedAt,
      }
      return { kind: 'done', value, token, copies, found, ...(position && { position }), timing }
    } catch (error) {
      return { kind: 'unknown', error: encodeError(error, 'committed here, and not known to be kept') }
    } finally {
      clearTimeout(timer)
    }
  }
}

interface Taken {
  write: SentWrite
  from: string
  outcome: Outcome
  tookMs: number
}

function describeTaken({ write: { body, origin = {} }, from, outcome, tookMs }: Taken): TakenWrite {
  const { kind } = outcome
  const taken = { name: nameOf(body), from, origin, outcome: kind, tookMs }
  if ('error' in outcome) return { ...taken, code: outcome.error.code }
  return outcome.timing ? { ...taken, timing: outcome.timing } : taken
}

/** Takes writes of other nodes, as many at once as `admission` lets in. */
export function limitTaking(take: TakeWrite, admission: Admission): TakeWrite {
  return async function takeLimited(write, durability, from) {
    let leave: () => void
    try {
      leave = admission.enter(sizeOf(write.body))
    } catch (error) {
      return { kind: 'refused', error: encodeError(error, '') }
    }
    try {
      return await take(write, durability, from)
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
