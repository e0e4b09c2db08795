import type { Child } from './child.ts'

/** What the supervisor tells its guard, and waits for: a faster and surer word than the guard's own look at things. */
export type GuardTask =
  /** This node's LiteFS is gone: what it held in Consul is released at once. */
  | 'litefs ended'
  /** This node's app is gone: another node becomes primary, without waiting for the app's restart. */
  | 'app ended'
  /** This node stops. It hands over if it is primary, and leaves the in-sync set, so that nobody waits for it. */
  | 'step down'

/** From the supervisor to the guard. The first is `start`, once; it holds secrets, which no argument may. */
export type ToGuard = { kind: 'start'; options: unknown } | { kind: 'do'; id: number; task: GuardTask }

/** From the guard to the supervisor, besides its beats. */
export type FromGuard = { kind: 'ready' } | { kind: 'done'; id: number; failure?: string }

export interface GuardChannel {
  /** Speaks with this run of the guard from now on, and gives it its options. */
  attach(child: Child): void
  /** Resolves at the first `ready`. */
  readonly ready: Promise<void>
  /** @throws Error with the guard's reason, or when it ends before it is done, or after `deadlineMs`. */
  do(task: GuardTask, deadlineMs: number): Promise<void>
}

export function openGuardChannel(options: unknown): GuardChannel {
  const ready = Promise.withResolvers<void>()
  const waiting = new Map<number, PromiseWithResolvers<void>>()
  let current: Child | undefined
  let count = 0

  return {
    ready: ready.promise,
    attach(child) {
      current = child
      child.onMessage((message) => take(message as FromGuard))
      child.send({ kind: 'start', options } satisfies ToGuard)
      void child.exited.then(() => child === current && failAll('the guard ended'))
    },
    async do(task, deadlineMs) {
      count += 1
      const id = count
      const answer = Promise.withResolvers<void>()
      waiting.set(id, answer)
      const timer = setTimeout(() => answer.reject(new Error(`not done after ${deadlineMs / 1000} s`)), deadlineMs)
      if (!current?.send({ kind: 'do', id, task } satisfies ToGuard)) answer.reject(new Error('there is no guard'))
      await answer.promise.finally(() => {
        clearTimeout(timer)
        waiting.delete(id)
      })
    },
  }

  function take(message: FromGuard): void {
    if (message.kind === 'ready') ready.resolve()
    else if (message.kind !== 'done') return
    else if (message.failure === undefined) waiting.get(message.id)?.resolve()
    else waiting.get(message.id)?.reject(new Error(message.failure))
  }

  function failAll(reason: string): void {
    for (const { reject } of waiting.values()) reject(new Error(reason))
  }
}
