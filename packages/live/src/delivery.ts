import { Message } from './message.ts'
import type { Session } from './session.ts'

/** Brings messages to sessions without standing in the way of anything else that this process serves. */
export interface Delivery {
  /** To one, before everything that waits. */
  send(session: Session, message: Message): void
  /** To all of them, after everything that was passed here before. Resolves when the last one was sent it. */
  spread(sessions: Iterable<Session>, message: Message): Promise<void>
  /** Lets those who were left out go on or go. */
  lookAfterSlow(): void
  forget(session: Session): void
  close(): void
}

interface DeliveryOptions {
  maxBufferedBytes: number
  maxBehindMs: number
  /** Called for a session that has not caught up. */
  onSlow: (session: Session) => void
}

interface Errand {
  message: Message
  sessions: readonly Session[]
  next: number
  done(): void
}

/** A write to a socket is a call of the kernel, ten thousand of them a tenth of a second: requests come in between. */
const sliceMs = 2

/** Between two looks at the clock. */
const sendsAtOnce = 16

const refresh = new Message({ is: 'refresh' })

export function openDelivery({ maxBufferedBytes, maxBehindMs, onSlow }: DeliveryOptions): Delivery {
  const behind = new Set<Session>()
  /** One after the other: changes of a page say which version they change. */
  const errands: Errand[] = []
  let resting: NodeJS.Immediate | undefined

  return {
    send,
    spread(sessions, message) {
      return new Promise((done) => {
        // Whoever comes from now on is told the newest anyway.
        errands.push({ message, sessions: [...sessions], next: 0, done })
        if (!resting) work()
      })
    },
    lookAfterSlow() {
      for (const session of behind) {
        if (session.wire.bufferedBytes === 0) {
          session.behindSince = undefined
          behind.delete(session)
          send(session, refresh)
        } else if (performance.now() - session.behindSince! > maxBehindMs) onSlow(session)
      }
    },
    forget: (session) => void behind.delete(session),
    close() {
      clearImmediate(resting)
      resting = undefined
      for (const { done } of errands.splice(0)) done()
    },
  }

  function work(): void {
    resting = undefined
    const until = performance.now() + sliceMs
    while (errands.length > 0) {
      if (performance.now() >= until) {
        resting = setImmediate(work)
        return
      }
      advance(errands[0]!)
    }
  }

  function advance(errand: Errand): void {
    const { message, sessions } = errand
    const end = Math.min(sessions.length, errand.next + sendsAtOnce)
    while (errand.next < end) send(sessions[errand.next++]!, message)
    if (end < sessions.length) return
    errands.shift()
    errand.done()
  }

  function send(session: Session, message: Message): void {
    if (!session.isOpen || session.behindSince !== undefined) return
    if (session.wire.bufferedBytes + message.text.length <= maxBufferedBytes) {
      session.wire.tell(message)
    } else {
      session.behindSince = performance.now()
      behind.add(session)
    }
  }
}
