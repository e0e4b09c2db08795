import type { ClusterSeam } from '../cluster-seam.ts'
import { decodeError, type ErrorData, RepoError } from '../errors.ts'
import type { CallOrigin, CallResult, Durability, WriteTiming } from '../middleware.ts'
import type { WriteBody } from '../protocol.ts'
import type { Epoch } from '../token.ts'
import type { Admission } from './admission.ts'
import { sizeOf } from './admission.ts'
import type { Delivery, Lanes, Sending } from './lanes.ts'
import type { LeadershipFollower } from './leadership.ts'
import { pause, pauseBefore } from './patience.ts'
import type { TakeWrite } from './take-writes.ts'
import { nameOf } from './wire.ts'

export interface OutgoingWrite {
  body: WriteBody
  key: string
  hash: string
  durability: Durability
  /** How long the write may take in all, in milliseconds. */
  withinMs: number
  signal?: AbortSignal
  origin?: CallOrigin
}

export interface ForwardWritesOptions {
  /** This node's name. */
  name: string
  leadership: LeadershipFollower
  locate: ClusterSeam['locate']
  lanes: Lanes
  /** The primary's end, for when this node is it. */
  take: TakeWrite
  admission: Admission
  /** The reign that this node's own database has seen last. */
  newestEpoch: () => Epoch | undefined
  /** The primary's release does not know an operation of this one. */
  onUnknownOperation?: (error: RepoError) => void
}

type Attempt = Delivery | { kind: 'parked'; untilMs?: number }

export type ForwardWrites = ReturnType<typeof createForwardWrites>

/**
 * Runs writes on whoever is primary: sends them there, waits while nobody is, and sends them again with the same key
 * when an answer was lost. Rejects with a RepoError whose `applied` is `no` only if no copy can have run.
 */
export function createForwardWrites(options: ForwardWritesOptions) {
  const { name, leadership, locate, lanes, take, admission, newestEpoch, onUnknownOperation } = options
  // What the present primary said its reign is; this node's database may not have seen it yet.
  const heard = new WeakMap<AbortSignal, Epoch>()
  const counts = { parked: 0, retried: 0, found: 0 }
  const underWay = new Set<() => void>()
  let isClosed = false

  return {
    forward,
    counts,
    /** Gives up what is under way: nobody is left to wait for it. */
    close() {
      isClosed = true
      for (const giveUp of underWay) giveUp()
    },
  }

  async function forward(write: OutgoingWrite): Promise<CallResult> {
    if (isClosed) throw closed(write)
    const leave = admission.enter(sizeOf(write.body))
    const stop = new AbortController()
    const timer = setTimeout(() => stop.abort(), write.withinMs)
    const giveUp = () => stop.abort()
    underWay.add(giveUp)
    write.signal?.addEventListener('abort', giveUp)
    try {
      if (write.signal?.aborted) giveUp()
      return await untilSettled(write, stop.signal)
    } finally {
      clearTimeout(timer)
      underWay.delete(giveUp)
      write.signal?.removeEventListener('abort', giveUp)
      leave()
    }
  }

  async function untilSettled(write: OutgoingWrite, signal: AbortSignal): Promise<CallResult> {
    const startedAt = performance.now()
    const deadline = startedAt + write.withinMs
    let mayHaveRun = false
    let reason: ErrorData | undefined
    for (let tries = 0; !signal.aborted; ) {
      const attempt = await attemptOnce(write, { deadline, signal })
      switch (attempt.kind) {
        case 'done': {
          const { value, token, copies, found, position, timing } = attempt
          if (found && tries > 0) counts.found += 1
          const spentMs = performance.now() - startedAt
          return {
            value,
            token,
            copies,
            found,
            ...(position && { position }),
            ...(timing && { timing: { ...timing, queue: queueOf(timing, spentMs) } }),
          }
        }
        case 'failed':
          throw mayHaveRun && !attempt.token ? unanswered(write, attempt.error) : failure(attempt)
        case 'parked':
          await park({ signal, ...(attempt.untilMs && { ms: attempt.untilMs }) })
          continue
        case 'lost':
        case 'unknown':
          mayHaveRun = true
      }
      reason = attempt.error
      counts.retried += 1
      await pause({ ms: pauseBefore(tries++), signal, onChange: leadership.onChange })
    }
    if (mayHaveRun) throw unanswered(write, reason)
    throw isClosed ? closed(write) : neverSent(write, reason)
  }

  async function attemptOnce(write: OutgoingWrite, sending: Sending): Promise<Attempt> {
    const { current } = leadership
    switch (current.kind) {
      case 'leading':
        return takeHere(write, sending)
      case 'following':
        return sendTo(current.primary, current.signal, write, sending)
      default:
        return { kind: 'parked' }
    }
  }

  async function takeHere(
    { body, key, hash, durability, origin }: OutgoingWrite,
    { deadline, signal }: Sending,
  ): Promise<Attempt> {
    const write = { body, key, hash, remainingMs: deadline - performance.now(), ...(origin && { origin }) }
    const taking = take(write, durability, name)
    const outcome = await beforeAbort(taking, signal)
    if (!outcome) return { kind: 'lost', error: { code: 'unanswered', message: 'the time was over' } }
    // What this release does not know now, it will not know later.
    const isUnknown = outcome.kind === 'refused' && outcome.error.code === 'unknown_operation'
    return isUnknown ? { kind: 'failed', error: outcome.error } : outcome
  }

  async function sendTo(primary: string, turn: AbortSignal, write: OutgoingWrite, sending: Sending): Promise<Attempt> {
    const target = locate(primary)
    if (!target) return { kind: 'parked', untilMs: 100 }
    const { body, key, hash, durability, origin } = write
    const epoch = heard.get(turn) ?? newestEpoch()
    const lane = { address: target.address, durability, signal: turn }
    const unsent = { body, key, hash, ...(epoch && { epoch }), ...(origin && { origin }) }
    const delivery = await lanes.send(unsent, sending, lane)
    if (delivery.kind === 'refused') {
      if (delivery.epoch) heard.set(turn, delivery.epoch)
      if (delivery.error.code === 'unknown_operation') onUnknownOperation?.(decodeError(delivery.error))
    }
    return delivery
  }

  async function park(options: { signal: AbortSignal; ms?: number }) {
    counts.parked += 1
    await pause({ ...options, onChange: leadership.onChange })
  }
}

function failure({ error, token }: Extract<Delivery, { kind: 'failed' }>): RepoError {
  return decodeError(error, token && { token })
}

function closed({ body }: OutgoingWrite): RepoError {
  return new RepoError('closed', `${nameOf(body)}: this node is closing`)
}

function unanswered({ body }: OutgoingWrite, reason: ErrorData | undefined): RepoError {
  return new RepoError('unanswered', `${nameOf(body)}: no answer in time${because(reason)}`)
}

function neverSent({ body, signal }: OutgoingWrite, reason: ErrorData | undefined): RepoError {
  if (signal?.aborted) return new RepoError('aborted', `${nameOf(body)}: given up before it was sent`)
  const isOrdinary = !reason || reason.code === 'unanswered' || reason.code === 'not_primary'
  const code = isOrdinary ? 'no_primary' : reason.code
  return new RepoError(code, `${nameOf(body)}: not taken by any primary in time${because(reason)}`)
}

function because(reason: ErrorData | undefined): string {
  return reason ? `; the last try: ${reason.message}` : ''
}

/** All that the other parts do not explain: parked, waiting for a call, sent again. */
function queueOf({ network, commit, replicated }: WriteTiming, spentMs: number): number {
  return Math.max(0, spentMs - network - commit - replicated)
}

/** Resolves with nothing when `signal` aborts first. */
function beforeAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const abort = () => resolve(undefined)
    signal.addEventListener('abort', abort)
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
