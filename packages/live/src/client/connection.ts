import { parseTold, type Said, type Told } from '../protocol.ts'
import type { Line, LineKind, OpenLine } from './lines.ts'
import { timedId } from './timed-id.ts'

/** `lost`: it has not been possible to connect for a while, and the reader should know. */
export type ConnectionState = 'open' | 'trying' | 'lost'

export interface Connection {
  readonly state: ConnectionState
  /** Says it now, or never: `greet` says what has to be known on every new line. */
  say(said: Said): void
  /** Runs an action once, however often the line breaks before its answer. Rejects with `{ code, applied }`. */
  ask(action: string, input: unknown): Promise<unknown>
  /** Makes sure that the line still stands: after a sleep, or when the network came back. */
  check(): void
  /** Ends the line until `resume`. */
  pause(): void
  resume(): void
}

export interface ConnectionOptions {
  openLine: OpenLine
  /** What a new line says first. */
  greet: () => Said[]
  onTold: (told: Told) => void
  onState: (state: ConnectionState) => void
  /** Remembers across pages which kind of line works here. */
  memory?: { get(): LineKind; set(kind: LineKind): void }
}

const openWithinMs = 6000
const lostAfterMs = 4000
const answerWithinMs = 60_000
const checkWithinMs = 3000
const shortestWaitMs = 500
const longestWaitMs = 8_000
/** While events do, a socket is tried now and then: it is the better line. */
const trySocketMs = 60_000

interface Asked {
  said: Said
  resolve(value: unknown): void
  reject(error: { code: string; applied: 'no' | 'unknown' }): void
  timer: ReturnType<typeof setTimeout>
}

type Timer = ReturnType<typeof setTimeout> | undefined

interface Attempt {
  kind: LineKind
  line: Line
}

/**
 * Keeps one line to the server. A new one is opened before the old one is let go where that is possible; each is
 * greeted in the same way, so that what was missed comes from what the page says it shows, not from a log.
 */
export function connect({ openLine, greet, onTold, onState, memory }: ConnectionOptions): Connection {
  const asked = new Map<string, Asked>()
  let current: Attempt | undefined
  let attempt: Attempt | undefined
  let attemptTimer: Timer
  let retryTimer: Timer
  let lostTimer: Timer
  let kind: LineKind = memory?.get() ?? 'socket'
  let failures = 0
  let beatMs = 25_000
  let heardAt = 0
  let clockOffsetMs = 0
  let state: ConnectionState = 'trying'
  let isPaused = false

  // Timers stand still while a machine sleeps; the time they are compared with does not.
  setInterval(() => {
    if (current && Date.now() - heardAt > beatMs * 1.6) lose()
  }, 5000)
  begin()

  return {
    get state() {
      return state
    },
    say,
    ask(action, input) {
      const key = timedId(Date.now() + clockOffsetMs)
      return new Promise((resolve, reject) => {
        const said: Said = { do: 'ask', key, action, input }
        const timer = setTimeout(() => settle(key)?.reject({ code: 'unanswered', applied: 'unknown' }), answerWithinMs)
        asked.set(key, { said, resolve, reject, timer })
        say(said)
      })
    },
    check() {
      if (isPaused) return
      if (!current) return begin()
      const askedAt = Date.now()
      say({ do: 'beat', isAsking: true })
      setTimeout(() => {
        if (current && heardAt < askedAt) lose()
      }, checkWithinMs)
    },
    pause() {
      isPaused = true
      giveUp()
      current?.line.close()
      current = undefined
      clearTimeout(retryTimer)
      clearTimeout(lostTimer)
      lostTimer = undefined
    },
    resume() {
      if (!isPaused) return
      isPaused = false
      begin()
    },
  }

  function begin(wanted = kind): void {
    if (isPaused || attempt) return
    clearTimeout(retryTimer)
    if (!current) lostTimer ??= setTimeout(() => become('lost'), lostAfterMs)
    attemptTimer = setTimeout(fail, openWithinMs)
    const own: Attempt = { kind: wanted, line: openLine(wanted, { onText: hear, onEnd: end }) }
    attempt = own

    function hear(text: string) {
      const told = parseTold(text)
      if (!told || (own !== current && own !== attempt)) return
      heardAt = Date.now()
      if (told.is === 'hello') adopt(own)
      receive(told)
    }

    function end() {
      if (own === attempt) fail()
      else if (own === current) lose()
    }
  }

  function adopt(opened: Attempt): void {
    clearTimeout(attemptTimer)
    clearTimeout(lostTimer)
    lostTimer = undefined
    attempt = undefined
    current?.line.close()
    current = opened
    // After an outage it is not known what is blocked: both kinds of line failed.
    const trySocketInMs = failures > 1 ? shortestWaitMs : trySocketMs
    failures = 0
    kind = opened.kind
    memory?.set(kind)
    for (const said of greet()) say(said)
    for (const { said } of asked.values()) say(said)
    become('open')
    if (kind === 'events') retryTimer = setTimeout(() => begin('socket'), trySocketInMs)
  }

  function receive(told: Told): void {
    switch (told.is) {
      case 'hello':
        beatMs = told.beatMs
        clockOffsetMs = told.now - Date.now()
        break
      case 'beat':
        // An answer to a question of ours may answer none of theirs; saying it twice does no harm.
        say({ do: 'beat' })
        return
      case 'move':
        retryTimer = setTimeout(() => begin(), Math.random() * told.withinMs)
        return
      case 'answer': {
        const waiting = settle(told.key)
        if (told.error) waiting?.reject(told.error)
        else waiting?.resolve(told.value)
        return
      }
    }
    onTold(told)
  }

  function settle(key: string): Asked | undefined {
    const waiting = asked.get(key)
    clearTimeout(waiting?.timer)
    asked.delete(key)
    return waiting
  }

  function say(said: Said): void {
    current?.line.say(JSON.stringify(said))
  }

  /** An attempt came to nothing. Where sockets do not open, events may. */
  function fail(): void {
    const failed = attempt?.kind
    giveUp()
    failures++
    if (current?.kind === 'events') {
      retryTimer = setTimeout(() => begin('socket'), trySocketMs)
      return
    }
    kind = failed === 'socket' ? 'events' : 'socket'
    retry(failures === 1 && kind === 'events' ? 0 : waitMs())
  }

  function lose(): void {
    current?.line.close()
    current = undefined
    become('trying')
    if (!attempt) retry(Math.random() * shortestWaitMs)
    lostTimer ??= setTimeout(() => become('lost'), lostAfterMs)
  }

  function giveUp(): void {
    clearTimeout(attemptTimer)
    attempt?.line.close()
    attempt = undefined
  }

  function retry(ms: number): void {
    clearTimeout(retryTimer)
    retryTimer = setTimeout(() => begin(), ms)
  }

  /** Twice as long each time, and a random part of it: those who lost the same server do not come back together. */
  function waitMs(): number {
    return Math.random() * Math.min(longestWaitMs, shortestWaitMs * 2 ** failures)
  }

  function become(next: ConnectionState): void {
    if (state === next) return
    state = next
    onState(next)
  }
}
