import { chmod, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AcceptLossAnswer, GuardStatus, LeaseState } from './control-protocol.ts'
import { type Conversation, converse } from './conversation.ts'
import { GuardError } from './errors.ts'
import { type Position, parsePosition } from './position.ts'
import { timing } from './timing.ts'

/** What can be asked of a guard on its own node. */
export interface GuardCalls {
  leaseState(): LeaseState
  whenCovered(position: Position, signal: AbortSignal): Promise<{ copies: number }>
  status(): GuardStatus
  handover(to: string | undefined): Promise<void>
  init(): Promise<void>
  acceptLoss(confirmation: string | undefined): Promise<AcceptLossAnswer>
  remove(node: string): Promise<void>
  /** Out of the in-sync set, and out of the lease, until `join` or the end of the guard. */
  leave(): Promise<void>
  join(): Promise<void>
  /** The same until `end`, while somebody reads for long; resolves once nobody waits for this node any more. */
  stepAside(end: Promise<void>): Promise<void>
  /** An application has connected. */
  appCame(): void
  litefsExited(): Promise<void>
  appExited(): Promise<void>
}

export interface GuardServer {
  /** Is an application connected? */
  readonly hasApplication: boolean
  /** Tells the application what it may do now. */
  publish(state: LeaseState): void
  /** Asks every application to do ahead what it can of becoming the primary's, and resolves when that is done. */
  prepare(): Promise<void>
  /** Asks every application to take no new write, and resolves when none is running. */
  drain(deadlineMs: number): Promise<void>
  close(): Promise<void>
}

/** Serves the application and the commands of this node on a unix socket; whoever may open it is trusted. */
export async function openGuardServer({ socket, calls }: { socket: string; calls: GuardCalls }): Promise<GuardServer> {
  const connections = new Set<Conversation>()
  const writers = new Set<Conversation>()
  await rm(socket, { force: true })
  const server = createServer((stream) => {
    const conversation = converse(stream, { handle, onTold })
    connections.add(conversation)
    void conversation.closed.then(() => {
      connections.delete(conversation)
      // It ended without a word: the application is gone.
      if (writers.delete(conversation)) void calls.appExited()
    })

    async function handle(method: string, params: unknown, signal: AbortSignal): Promise<unknown> {
      // For as long as the connection lasts: who asked for it may end at any moment.
      if (method === 'step-aside') return calls.stepAside(conversation.closed)
      if (method !== 'follow') return answer(calls, method, params as Params, signal)
      writers.add(conversation)
      calls.appCame()
      // Told, not answered, so that it cannot come after a newer one.
      conversation.tell('lease', calls.leaseState())
      return undefined
    }

    function onTold(name: string) {
      if (name === 'goodbye') writers.delete(conversation)
    }
  })
  server.listen(socket)
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject))
  await chmod(socket, 0o660)

  return {
    get hasApplication() {
      return writers.size > 0
    },
    publish(state) {
      for (const writer of writers) writer.tell('lease', state)
    },
    async prepare() {
      await Promise.all(
        [...writers].map((writer) => writer.ask('prepare', undefined, { deadlineMs: timing.prepareWithin })),
      )
    },
    async drain(deadlineMs) {
      await Promise.all([...writers].map((writer) => writer.ask('drain', { deadlineMs }, { deadlineMs })))
    },
    async close() {
      writers.clear()
      for (const connection of connections) connection.close()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Params {
  position?: string
  to?: string
  node?: string
  confirmation?: string
}

async function answer(calls: GuardCalls, method: string, params: Params, signal: AbortSignal): Promise<unknown> {
  switch (method) {
    case 'when-covered': {
      const position = parsePosition(params.position ?? '')
      if (!position) throw new GuardError('unknown_call', `when-covered: "${params.position}" is no position`)
      return calls.whenCovered(position, signal)
    }
    case 'status':
      return calls.status()
    case 'handover':
      return calls.handover(params.to)
    case 'init':
      return calls.init()
    case 'accept-loss':
      return calls.acceptLoss(params.confirmation)
    case 'remove':
      return calls.remove(params.node ?? '')
    case 'leave':
      return calls.leave()
    case 'join':
      return calls.join()
    case 'litefs-exited':
      return calls.litefsExited()
    case 'app-exited':
      return calls.appExited()
  }
  throw new GuardError('unknown_call', `this guard knows no call "${method}"`)
}
