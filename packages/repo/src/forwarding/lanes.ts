import type { ClusterSeam } from '../cluster-seam.ts'
import { type ErrorData, encodeError } from '../errors.ts'
import type { Durability } from '../middleware.ts'
import { sizeOf } from './admission.ts'
import { type Outcome, readOutcome, type SentWrite, type SentWrites, writeMethod } from './wire.ts'

/** Calls to one node at once that are sent without a pause: few enough that those who wait travel together. */
const quickCalls = 2
/** Over a long link, or while copies are waited for, another call leaves this often: an answer is no reason to wait. */
const callEveryMs = 10
const writesPerCall = 512
/** A larger write travels alone. */
const bytesPerCall = 1024 * 1024
/** For the answer to come back after the last write's time was over. */
const graceMs = 500

/** `unsent`: nobody can have received it. `lost`: somebody may have. */
export type Delivery = Outcome | { kind: 'unsent'; error: ErrorData } | { kind: 'lost'; error: ErrorData }

/** A write that has not been sent: its time left is known only when it is. */
export type UnsentWrite = Omit<SentWrite, 'remainingMs'>

export interface Sending {
  /** When the write's time is over, as `performance.now()` counts. */
  deadline: number
  /** Aborts when the caller does not wait any more. */
  signal: AbortSignal
}

interface Waiting extends Sending {
  write: UnsentWrite
  bytes: number
  resolve(delivery: Delivery): void
}

export interface LaneOptions {
  address: string
  durability: Durability
  /** Aborts when another node is the primary. */
  signal: AbortSignal
}

export type Lanes = ReturnType<typeof createLanes>

/** Sends writes to primaries: those of one turn, and those that wait for a free call, as one. */
export function createLanes({ call }: Pick<ClusterSeam, 'call'>) {
  const lanes = new Map<string, Lane>()

  return {
    send(write: UnsentWrite, sending: Sending, options: LaneOptions): Promise<Delivery> {
      // Two durabilities do not share a call: the faster would wait for the slower.
      const name = `${options.durability} ${options.address}`
      let lane = lanes.get(name)
      if (lane?.signal !== options.signal) {
        lane = openLane(call, options)
        lanes.set(name, lane)
        options.signal.addEventListener('abort', () => lanes.get(name) === lane && lanes.delete(name), { once: true })
      }
      return lane.send(write, sending)
    },
  }
}

interface Lane {
  signal: AbortSignal
  send(write: UnsentWrite, sending: Sending): Promise<Delivery>
}

function openLane(call: ClusterSeam['call'], { address, durability, signal }: LaneOptions): Lane {
  const waiting: Waiting[] = []
  let inFlight = 0
  let sentAt = -Infinity
  let isScheduled = false
  let isResting = false

  return {
    signal,
    send(write, sending) {
      return new Promise((resolve) => {
        const item = { write, bytes: sizeOf(write.body), ...sending, resolve: settle }
        sending.signal.addEventListener('abort', giveUp)
        waiting.push(item)
        schedule()

        function giveUp() {
          const at = waiting.indexOf(item)
          if (at >= 0) waiting.splice(at, 1)
          settle(at >= 0 ? { kind: 'unsent', error: tooLate } : { kind: 'lost', error: tooLate })
        }

        function settle(delivery: Delivery) {
          sending.signal.removeEventListener('abort', giveUp)
          resolve(delivery)
        }
      })
    },
  }

  function schedule() {
    if (isScheduled || waiting.length === 0) return
    isScheduled = true
    // Not a microtask: writes whose requests arrived in the same turn are to travel together.
    setImmediate(() => {
      isScheduled = false
      while (waiting.length > 0 && (inFlight < quickCalls || restMs() <= 0)) void sendTogether(nextBatch())
      if (waiting.length > 0 && !isResting) rest(restMs())
    })
  }

  function restMs(): number {
    return sentAt + callEveryMs - performance.now()
  }

  function rest(ms: number) {
    isResting = true
    setTimeout(() => {
      isResting = false
      schedule()
    }, ms)
  }

  function nextBatch(): Waiting[] {
    let bytes = 0
    let count = 0
    for (const item of waiting.slice(0, writesPerCall)) {
      bytes += item.bytes
      if (count > 0 && bytes > bytesPerCall) break
      count += 1
    }
    return waiting.splice(0, count)
  }

  async function sendTogether(batch: Waiting[]) {
    inFlight += 1
    const now = performance.now()
    sentAt = now
    const deliveries = await deliver(batch.map(({ write, deadline }) => ({ ...write, remainingMs: deadline - now })))
    inFlight -= 1
    const elapsed = performance.now() - now
    for (const [index, { resolve }] of batch.entries()) resolve(withNetwork(deliveries[index]!, elapsed))
    schedule()
  }

  async function deliver(writes: SentWrite[]): Promise<Delivery[]> {
    try {
      const deadlineMs = graceMs + Math.max(...writes.map(({ remainingMs }) => remainingMs))
      const answer = await call(address, writeMethod, { durability, writes } satisfies SentWrites, {
        signal,
        deadlineMs,
      })
      return outcomesOf(answer, writes.length)
    } catch (error) {
      const delivery = failedDelivery(error, address)
      return writes.map(() => delivery)
    }
  }
}

/** What the primary does not account for, it did not see. */
function withNetwork(delivery: Delivery, elapsedMs: number): Delivery {
  if (delivery.kind !== 'done' || !delivery.timing) return delivery
  const { timing } = delivery
  const network = Math.max(0, elapsedMs - timing.queue - timing.commit - timing.replicated)
  return { ...delivery, timing: { ...timing, network } }
}

const tooLate: ErrorData = { code: 'unanswered', message: 'the time was over' }

function failedDelivery(error: unknown, address: string): Delivery {
  const { message } = encodeError(error, `the primary at ${address}`)
  const { applied, code } = error as { applied?: unknown; code?: unknown }
  // What cannot be sent at all does not get better by trying.
  if (code === 'too_large' || code === 'unsupported_value')
    return { kind: 'failed', error: { code: 'bad_input', message } }
  return { kind: applied === 'no' ? 'unsent' : 'lost', error: { code: 'unanswered', message } }
}

function outcomesOf(answer: unknown, expected: number): Outcome[] {
  if (!Array.isArray(answer) || answer.length !== expected) throw new Error('it answered something else')
  return (answer as Outcome[]).map(readOutcome)
}
