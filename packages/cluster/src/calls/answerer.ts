import type { Channel } from '../channel/channel.ts'
import type { MessageOf } from '../channel/messages.ts'
import { ClusterError } from '../errors.ts'
import { startDeadline } from './deadline.ts'
import { encodeClusterError, encodeHandlerError } from './remote-error.ts'

/** Who asks, and until when. */
export interface CallOrigin {
  node: string
  region: string
  /** Aborted when the caller cancels, its deadline passes, or it is gone. */
  signal: AbortSignal
  /** What was left of the caller's deadline when the call arrived. */
  deadlineMs: number
}

/** Answers a method. What it throws reaches the caller with its `code`, `message` and `applied`. */
export type Handler = (payload: unknown, from: CallOrigin) => unknown

export interface Answerer {
  answer(call: MessageOf<'call'>): Promise<void>
  cancel(id: number): void
  /** Tells running handlers that nobody waits for them. */
  close(): void
}

export interface AnswererOptions {
  from: Pick<CallOrigin, 'node' | 'region'>
  handlers: ReadonlyMap<string, Handler>
  maxRunning: number
}

/** Runs what the peer at the other end of a channel asks for. */
export function createAnswerer(channel: Channel, { from, handlers, maxRunning }: AnswererOptions): Answerer {
  const running = new Map<number, AbortController>()

  async function answer({ id, method, payload, deadlineMs }: MessageOf<'call'>): Promise<void> {
    const handler = handlers.get(method)
    if (!handler) return refuse(id, new ClusterError('unknown_method', `this node knows no method ${method}`))
    if (running.size >= maxRunning) return refuse(id, new ClusterError('overloaded', `${running.size} calls run here`))
    if (!(deadlineMs > 0)) return refuse(id, new ClusterError('expired', `no time was left for ${method}`))

    const controller = new AbortController()
    const stopClock = startDeadline(deadlineMs, () =>
      controller.abort(new ClusterError('expired', 'the deadline passed')),
    )
    running.set(id, controller)
    try {
      reply(id, await handler(payload, { ...from, signal: controller.signal, deadlineMs }))
    } catch (error) {
      channel.send({ kind: 'failure', id, ...encodeHandlerError(error) })
    } finally {
      stopClock()
      running.delete(id)
    }
  }

  function reply(id: number, value: unknown): void {
    try {
      channel.send({ kind: 'answer', id, value })
    } catch (error) {
      // Without its code, which says that nothing was done: the handler has run.
      throw new Error(`the answer cannot be sent: ${(error as Error).message}`, { cause: error })
    }
  }

  function refuse(id: number, error: ClusterError): void {
    channel.send({ kind: 'failure', id, ...encodeClusterError(error) })
  }

  return {
    answer,
    cancel: (id) => running.get(id)?.abort(new ClusterError('cancelled', 'the caller cancelled')),
    close() {
      for (const controller of running.values()) controller.abort(new ClusterError('cancelled', 'the caller is gone'))
    },
  }
}
