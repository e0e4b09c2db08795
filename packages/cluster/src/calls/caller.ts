import type { Channel } from '../channel/channel.ts'
import type { MessageOf } from '../channel/messages.ts'
import { ClusterError } from '../errors.ts'
import { startDeadline } from './deadline.ts'
import { decodeFailure } from './remote-error.ts'

export interface CallOptions {
  /** How long the answer may take, at most 24 days. The other node is told, and stops waiting too. */
  deadlineMs: number
  /** Cancels the call, here and on the other node. */
  signal?: AbortSignal | undefined
}

export interface Caller {
  readonly inFlight: number
  call(method: string, payload: unknown, options: CallOptions): Promise<unknown>
  settle(message: MessageOf<'answer'> | MessageOf<'failure'>): void
  /** Fails every call in flight: nobody will answer them. */
  close(reason: ClusterError): void
}

interface Pending {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** Asks the peer at the other end of a channel; many questions at once, answered in any order. */
export function createCaller(channel: Channel, maxInFlight: number): Caller {
  const pending = new Map<number, Pending>()
  let lastId = 0

  async function call(method: string, payload: unknown, { deadlineMs, signal }: CallOptions): Promise<unknown> {
    if (signal?.aborted) throw new ClusterError('withdrawn', `${method} was cancelled`, { cause: signal.reason })
    if (!(deadlineMs > 0)) throw new ClusterError('expired', `no time was left for ${method}`)
    if (pending.size >= maxInFlight) throw new ClusterError('overloaded', `${pending.size} calls wait for this peer`)

    const id = ++lastId
    channel.sendIfRoom({ kind: 'call', id, method, payload, deadlineMs })
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    pending.set(id, { resolve, reject })
    const giveUp = (error: ClusterError) => {
      channel.send({ kind: 'cancel', id })
      reject(error)
    }
    const stopClock = startDeadline(deadlineMs, () => {
      giveUp(new ClusterError('unanswered', `${method} was not answered within ${Math.round(deadlineMs)} ms`))
    })
    const cancel = () => giveUp(new ClusterError('cancelled', `${method} was cancelled`, { cause: signal?.reason }))
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      return await promise
    } finally {
      pending.delete(id)
      stopClock()
      signal?.removeEventListener('abort', cancel)
    }
  }

  return {
    get inFlight() {
      return pending.size
    },
    call,
    settle(message) {
      const waiting = pending.get(message.id)
      if (message.kind === 'answer') waiting?.resolve(message.value)
      else waiting?.reject(decodeFailure(message))
    },
    close(reason) {
      const error = new ClusterError('unanswered', `the peer is gone: ${reason.message}`, { cause: reason })
      for (const { reject } of pending.values()) reject(error)
    },
  }
}
