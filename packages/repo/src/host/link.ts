import type { ErrorData } from '../errors.ts'
import type { EngineAnswer, EngineRequest, Numbered } from './messages.ts'

/** Where an engine is, as far as messages go. */
export interface Transport {
  send(requests: Numbered<EngineRequest>[]): void
}

interface Pending {
  request: EngineRequest
  settle: (answer: EngineAnswer) => void
}

/** Asks an engine, and hands each answer to who asked. Requests of one turn of the event loop are one message. */
export interface Link {
  /** How many requests wait for their answer. */
  readonly load: number
  /** Never rejects: when the engine ends, `whenEnded` answers. */
  ask(request: EngineRequest): Promise<EngineAnswer>
  settle(answers: Numbered<EngineAnswer>[]): void
  /**
   * The engine is gone: nothing will be answered any more, and nothing more is sent. `blamed` is the request that it
   * was ended for.
   */
  end(blamed?: number): void
}

/** How far a request had come when its engine ended. */
export type Fate = 'unsent' | 'sent' | 'blamed'

export interface LinkOptions {
  transport: Transport
  /** What a request comes to whose engine ended before it answered, or before it was asked. */
  whenEnded: (request: EngineRequest, fate: Fate) => EngineAnswer | Promise<EngineAnswer>
}

export function createLink({ transport, whenEnded }: LinkOptions): Link {
  const pending = new Map<number, Pending>()
  let outbox: Numbered<EngineRequest>[] = []
  let lastId = 0
  let isEnded = false

  return {
    get load() {
      return pending.size
    },
    ask(request) {
      if (isEnded) return Promise.resolve(whenEnded(request, 'unsent'))
      return new Promise<EngineAnswer>((settle) => {
        const id = ++lastId
        pending.set(id, { request, settle })
        if (outbox.length === 0) queueMicrotask(send)
        outbox.push({ id, body: request })
      })
    },
    settle(answers) {
      for (const { id, body } of answers) settleOne(id, body)
    },
    end(blamed) {
      if (isEnded) return
      isEnded = true
      const unsent = new Set(outbox.map(({ id }) => id))
      outbox = []
      for (const [id, { request, settle }] of pending) {
        const fate = id === blamed ? 'blamed' : unsent.has(id) ? 'unsent' : 'sent'
        Promise.resolve(whenEnded(request, fate)).then(settle)
      }
      pending.clear()
    },
  }

  function send() {
    if (isEnded) return
    const requests = outbox
    outbox = []
    try {
      transport.send(requests)
    } catch {
      // One value that cannot be cloned must not fail the requests beside it.
      for (const request of requests) sendAlone(request)
    }
  }

  function sendAlone(request: Numbered<EngineRequest>) {
    try {
      transport.send([request])
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      const data: ErrorData = { code: 'bad_input', message: `this cannot be sent to the database: ${reason}` }
      settleOne(request.id, { kind: 'failed', error: data })
    }
  }

  function settleOne(id: number, answer: EngineAnswer) {
    const waiting = pending.get(id)
    pending.delete(id)
    waiting?.settle(answer)
  }
}
