import type { Buffer } from 'node:buffer'
import { LiveError } from './errors.ts'
import { startHeartbeat } from './heartbeat.ts'
import type { LiveLimits } from './limits.ts'
import { hashPerson, openPresence, type Presence, type PresenceCluster } from './presence.ts'
import { parseSaid, type Said, type Told } from './protocol.ts'
import type { Look } from './room.ts'
import { openRooms, type Rooms } from './rooms.ts'
import { type CloseReason, encodeTold, Session, type Wire } from './session.ts'

/** A write of a visitor. It is asked again with the same key when its answer was lost. */
export type Action = (input: unknown, call: { key: string; address: string }) => Promise<unknown>

export interface HubOptions {
  /** What an address shows now. A look that begins after a touch must show what was touched. */
  look: (page: string) => Promise<Look>
  /** Resolves when this node has what `seen` names, or when waiting longer makes no sense. */
  catchUp?: ((seen: string) => Promise<void>) | undefined
  actions?: Record<string, Action>
  /** Names the browser's scripts: a page that was made with others is loaded anew. */
  build: string
  cluster?: PresenceCluster | undefined
  /** Of pages whose readers are counted together; default: the path. */
  presenceOf?: (page: string) => string
  onError: (error: unknown, what: string) => void
  limits: LiveLimits
}

/** All open pages of this node, whatever wires they hang on. */
export interface Hub {
  readonly sessions: ReadonlySet<Session>
  readonly rooms: Pick<Rooms, 'size' | 'touch' | 'touchAll'>
  readonly presence: Pick<Presence, 'site' | 'count'>
  readonly isLeaving: boolean
  open(wire: Wire, address: string): Session
  /** `text` is one message; whatever is wrong with it, only this session feels it. */
  hear(session: Session, text: string): void
  /** The wire is gone. */
  end(session: Session): void
  /** Sends the parts to everybody now, and to whoever comes later. */
  show(parts: Record<string, string>): void
  /** Tells everybody, now and when they come, something that is no part of a page. The last of each name counts. */
  notify(name: string, data: unknown): void
  /** Asks every browser to connect elsewhere. */
  moveOn(withinMs?: number): void
  close(): void
}

export function openHub(options: HubOptions): Hub {
  const { look, catchUp, actions = {}, build, cluster, presenceOf = pathOf, onError, limits } = options
  const sessions = new Set<Session>()
  const behind = new Set<Session>()
  const presence = openPresence({ cluster })
  const rooms = openRooms({ look, send, onError, intervalMs: limits.pageIntervalMs })
  const beatMessage = encodeTold({ is: 'beat' })
  const heartbeat = startHeartbeat({
    beatMs: limits.beatMs,
    beat: (session) => send(session, beatMessage),
    onSilent: (session) => drop(session, 'silent'),
  })
  const shown: Record<string, string> = {}
  const notices = new Map<string, Buffer>()
  let countedAt = 0
  let counted = new Map<string, string>()
  let isLeaving = false
  const ticking = setInterval(tick, 1000).unref()

  return {
    sessions,
    rooms,
    presence,
    get isLeaving() {
      return isLeaving
    },
    open(wire, address) {
      const session = new Session(wire, address, { allowance: limits.saidAtOnce, now: performance.now() })
      sessions.add(session)
      heartbeat.add(session)
      send(session, encodeTold(hello(wire)))
      if (Object.keys(shown).length > 0) send(session, encodeTold({ is: 'shown', parts: shown }))
      for (const notice of notices.values()) send(session, notice)
      return session
    },
    hear(session, text) {
      session.wasHeard = true
      if (!mayBeHeard(session)) return drop(session, 'flood')
      const parsed = parseSaid(text)
      if (parsed.kind === 'malformed') return drop(session, 'malformed')
      if (parsed.kind === 'said') follow(session, parsed.said)
    },
    end,
    show(parts) {
      Object.assign(shown, parts)
      sendAll(encodeTold({ is: 'shown', parts }))
    },
    notify(name, data) {
      const notice = encodeTold({ is: 'notice', name, data })
      notices.set(name, notice)
      sendAll(notice)
    },
    moveOn(withinMs = limits.moveWithinMs) {
      isLeaving = true
      sendAll(encodeTold({ is: 'move', withinMs }))
    },
    close() {
      isLeaving = true
      clearInterval(ticking)
      heartbeat.close()
      rooms.close()
      presence.close()
      for (const session of sessions) drop(session, 'leaving')
    },
  }

  function hello({ id }: Wire): Told {
    return { is: 'hello', build, beatMs: limits.beatMs, now: Date.now(), ...(id && { session: id }) }
  }

  function follow(session: Session, said: Said): void {
    switch (said.do) {
      case 'watch':
        return void watch(session, said)
      case 'here':
        setPerson(session, hashPerson(said.person))
        break
      case 'away':
        setPerson(session, undefined)
        break
      case 'ask':
        return void perform(session, said)
      case 'beat':
        if (said.isAsking) send(session, beatMessage)
    }
  }

  async function watch(session: Session, { page, version, seen }: Extract<Said, { do: 'watch' }>): Promise<void> {
    session.wanted = page
    if (seen && catchUp) await catchUp(seen).catch((error) => onError(error, page))
    // It may have turned to another page meanwhile, or left.
    if (!sessions.has(session) || session.wanted !== page) return
    const { person } = session
    setPerson(session, undefined)
    const joined = rooms.join(session, page, version)
    setPerson(session, person)
    sendCounts(session)
    await joined
  }

  function setPerson(session: Session, person: string | undefined): void {
    const page = session.room && presenceOf(session.room.page)
    if (session.person !== undefined && page !== undefined) presence.leave(session.person, page)
    session.person = person
    if (person !== undefined && page !== undefined) presence.join(person, page)
  }

  async function perform(session: Session, { key, action, input }: Extract<Said, { do: 'ask' }>): Promise<void> {
    try {
      if (!Object.hasOwn(actions, action)) throw new LiveError('unknown_action', `there is no action ${action}`)
      const value = await actions[action]!(input, { key, address: session.address })
      send(session, encodeTold({ is: 'answer', key, value }))
    } catch (error) {
      if (!(error instanceof LiveError)) onError(error, action)
      send(session, encodeTold({ is: 'answer', key, error: describe(error) }))
    }
  }

  function send(session: Session, message: Buffer): void {
    if (session.behindSince !== undefined) return
    if (session.wire.bufferedBytes + message.length <= limits.maxBufferedBytes) {
      session.wire.send(message)
    } else {
      session.behindSince = performance.now()
      behind.add(session)
    }
  }

  function sendAll(message: Buffer): void {
    for (const session of sessions) send(session, message)
  }

  function tick(): void {
    for (const session of behind) catchUpOrDrop(session)
    sendChangedCounts()
  }

  function catchUpOrDrop(session: Session): void {
    if (session.wire.bufferedBytes === 0) {
      session.behindSince = undefined
      behind.delete(session)
      send(session, encodeTold({ is: 'refresh' }))
    } else if (performance.now() - session.behindSince! > limits.maxBehindMs) drop(session, 'slow')
  }

  /** Everybody's number changes when anybody comes; so the more there are, the rarer it is told. */
  function sendChangedCounts(): void {
    const now = performance.now()
    if (now - countedAt < limits.presenceIntervalMs + sessions.size / 2) return
    countedAt = now
    const present = new Map<string, string>()
    const messages = new Map<string, Buffer>()
    for (const session of sessions) {
      const page = session.room && presenceOf(session.room.page)
      if (page === undefined) continue
      if (!present.has(page)) {
        const told = countsOf(page)
        const text = JSON.stringify(told)
        present.set(page, text)
        if (counted.get(page) !== text) messages.set(page, encodeTold(told))
      }
      const message = messages.get(page)
      if (message) send(session, message)
    }
    counted = present
  }

  function sendCounts(session: Session): void {
    if (session.room) send(session, encodeTold(countsOf(presenceOf(session.room.page))))
  }

  function countsOf(page: string) {
    return { is: 'here', site: presence.site, page: presence.count(page) } as const
  }

  /** A bucket that fills with time. */
  function mayBeHeard(session: Session): boolean {
    const now = performance.now()
    const refilled = session.allowance + ((now - session.allowanceAt) / 1000) * limits.saidPerSecond
    session.allowanceAt = now
    session.allowance = Math.min(limits.saidAtOnce, refilled) - 1
    return session.allowance >= 0
  }

  function drop(session: Session, reason: CloseReason): void {
    end(session)
    session.wire.close(reason)
  }

  function end(session: Session): void {
    if (!sessions.delete(session)) return
    setPerson(session, undefined)
    rooms.leave(session)
    heartbeat.delete(session)
    behind.delete(session)
  }
}

function pathOf(page: string): string {
  return page.split('?', 1)[0]!
}

function describe(error: unknown): { code: string; applied: 'no' | 'unknown' } {
  const { code = 'failed', applied = 'unknown' } = error as { code?: string; applied?: 'no' | 'unknown' }
  return { code, applied }
}
