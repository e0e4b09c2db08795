import type { Session } from './session.ts'

export interface Heartbeat {
  add(session: Session): void
  delete(session: Session): void
  close(): void
}

interface HeartbeatOptions {
  beatMs: number
  beat: (session: Session) => void
  /** Called for a session that said nothing since the last beat. */
  onSilent: (session: Session) => void
}

const slotsPerRound = 25

/** One timer for all sessions: each slot of the round has a share of them, so that beats do not come in one burst. */
export function startHeartbeat({ beatMs, beat, onSilent }: HeartbeatOptions): Heartbeat {
  const slots = Array.from({ length: slotsPerRound }, () => new Set<Session>())
  let next = 0
  const timer = setInterval(turn, beatMs / slotsPerRound).unref()

  return {
    /** Into the slot whose turn was just now, so that its first beat is a whole round away. */
    add: (session) => void slots[(next + slotsPerRound - 1) % slotsPerRound]!.add(session),
    delete(session) {
      for (const slot of slots) if (slot.delete(session)) return
    },
    close: () => clearInterval(timer),
  }

  function turn(): void {
    const slot = slots[next]!
    next = (next + 1) % slotsPerRound
    for (const session of slot) {
      if (session.wasHeard) {
        session.wasHeard = false
        beat(session)
      } else onSilent(session)
    }
  }
}
