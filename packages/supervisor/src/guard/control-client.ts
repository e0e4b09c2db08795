import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type AcceptLossAnswer, type GuardStatus, isSameState, type LeaseState } from './control-protocol.ts'
import { type Conversation, converse } from './conversation.ts'
import { GuardError } from './errors.ts'
import { remainingUntil } from './moment.ts'
import { encodePosition, type Position } from './position.ts'

export interface GuardClient {
  /** Fits the data layer's `InSyncSet`. */
  readonly inSyncSet: {
    /**
     * Resolves when every member of the in-sync set has what this node committed up to `position`, in this reign.
     *
     * @throws GuardError `reign_ended`, or `guard_gone`: nobody can say then whether the write stays.
     */
    whenCovered(position: Position, signal: AbortSignal): Promise<{ copies: number }>
  }
  /**
   * Fits the data layer's `WriteLease`. Without a guard to ask it is not held, nor once the guard has said nothing for
   * as long as its last heartbeat proves the lease.
   */
  readonly lease: {
    readonly state: LeaseState
    onChange(listener: () => void): () => void
    /** Called when a handover to this node is about to begin; no write waits before what it returns resolves. */
    onPrepare(listener: () => Promise<void>): () => void
    /** To be called once no write is running while the state is `draining`: a handover waits for it. */
    drained(): void
  }
  close(): Promise<void>
}

/** Connects the application to the guard of its node, and again whenever the connection ends. */
export function openGuardClient({ socket }: { socket: string }): GuardClient {
  const closing = new AbortController()
  const listeners = new Set<() => void>()
  const preparing = new Set<() => Promise<void>>()
  let conversation: Conversation | undefined
  let told: LeaseState = { kind: 'not-held' }
  /** What the listeners know. */
  let announced: LeaseState = told
  let expiry: NodeJS.Timeout | undefined
  /** Of the present state: writes that were parked for another reason say nothing about those since. */
  let draining = Promise.withResolvers<void>()
  const running = run()

  return {
    inSyncSet: {
      async whenCovered(position, signal) {
        if (!conversation) throw gone()
        const asked = conversation.ask('when-covered', { position: encodePosition(position) }, { signal })
        return (await asked.catch(asGone)) as { copies: number }
      },
    },
    lease: {
      get state() {
        return provenState()
      },
      onChange(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      onPrepare(listener) {
        preparing.add(listener)
        return () => preparing.delete(listener)
      },
      drained: () => draining.resolve(),
    },
    async close() {
      conversation?.tell('goodbye', undefined)
      closing.abort()
      conversation?.close()
      await running
    },
  }

  async function run() {
    while (!closing.signal.aborted) {
      await followOnce().catch(() => {})
      conversation = undefined
      become({ kind: 'not-held' })
      await delay(100, undefined, { signal: closing.signal }).catch(() => {})
    }
  }

  async function followOnce() {
    const talk = await converseWith(socket, {
      handle: async (method) => {
        if (method === 'drain') return draining.promise
        if (method === 'prepare') return void (await Promise.all([...preparing].map((prepare) => prepare())))
        throw new GuardError('unknown_call', `an application knows no call "${method}"`)
      },
      onTold: (name, payload) => {
        if (name === 'lease') become(payload as LeaseState)
      },
    })
    if (closing.signal.aborted) return talk.close()
    conversation = talk
    try {
      await talk.ask('follow', undefined, { deadlineMs: 2000 })
      await talk.closed
    } finally {
      talk.close()
    }
  }

  function become(next: LeaseState) {
    told = next
    announce()
  }

  function announce() {
    clearTimeout(expiry)
    const state = provenState()
    if (state.kind !== 'not-held') expiry = setTimeout(announce, Math.max(remainingUntil(state.until), 0) + 1)
    if (isSameState(state, announced)) return
    announced = state
    draining = Promise.withResolvers()
    for (const listener of listeners) listener()
  }

  /** A guard that stands still cannot say that its proof is over, and others may lead by then. */
  function provenState(): LeaseState {
    return told.kind === 'not-held' || remainingUntil(told.until) > 0 ? told : { kind: 'not-held' }
  }
}

/** One question to the guard of this node, as commands ask it. */
export async function askGuard(socket: string, method: 'status'): Promise<GuardStatus>
export async function askGuard(
  socket: string,
  method: 'accept-loss',
  params: { confirmation?: string },
): Promise<AcceptLossAnswer>
export async function askGuard(
  socket: string,
  method: 'handover' | 'init' | 'remove' | 'leave' | 'join' | 'litefs-exited' | 'app-exited',
  params?: { to?: string; node?: string },
): Promise<void>
export async function askGuard(socket: string, method: string, params: object = {}): Promise<unknown> {
  const talk = await converseWith(socket, { handle: () => Promise.reject(new Error('nobody here')) })
  try {
    return await talk.ask(method, params, { deadlineMs: 30_000 }).catch(asGone)
  } finally {
    talk.close()
  }
}

/**
 * Does something on a node that is out of the in-sync set meanwhile: what LiteFS waits for there, nobody else waits for.
 *
 * @throws GuardError `cannot_step_aside` before the work begins.
 */
export async function whileAside<Result>(socket: string, work: () => Promise<Result>): Promise<Result> {
  const talk = await converseWith(socket, { handle: () => Promise.reject(new Error('nobody here')) })
  try {
    await talk.ask('step-aside', {}, { deadlineMs: 30_000 }).catch(asGone)
    return await work()
  } finally {
    talk.close()
  }
}

async function converseWith(path: string, options: Parameters<typeof converse>[1]): Promise<Conversation> {
  const stream = connect({ path })
  await new Promise((resolve, reject) => stream.once('connect', resolve).once('error', reject)).catch((cause) => {
    throw new GuardError('guard_gone', `no guard listens on ${path}`, { cause })
  })
  return converse(stream, options)
}

function asGone(error: Error): never {
  if ((error as GuardError).code === 'peer_unreachable') throw gone()
  throw error
}

function gone(): GuardError {
  return new GuardError('guard_gone', 'the guard of this node does not answer')
}
