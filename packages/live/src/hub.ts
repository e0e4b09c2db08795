import { type Action, perform } from './actions.ts'
import { openDelivery } from './delivery.ts'
import { openHeadCounts } from './head-counts.ts'
import { startHeartbeat } from './heartbeat.ts'
import type { LiveLimits } from './limits.ts'
import type { Look } from './look.ts'
import { Message } from './message.ts'
import { hashPerson, openPresence, type Presence, type PresenceCluster } from './presence.ts'
import { parseSaid, type Said, type Told } from './protocol.ts'
import { openRooms, type Rooms } from './rooms.ts'
import { type CloseReason, Session, type Wire } from './session.ts'

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

const beat = new Message({ is: 'beat' })

export function openHub(options: HubOptions): Hub {
  const { look, catchUp, actions = {}, build, cluster, presenceOf = pathOf, onError, limits } = options
  const sessions = new Set<Session>()
  const delivery = openDelivery({ ...limits, onSlow: (session) => drop(session, 'slow') })
  const { send, spread } = delivery
  const presence = openPresence({ cluster })
  const rooms = openRooms({ look, spread, onError, intervalMs: limits.pageIntervalMs })
  const headCounts = openHeadCounts({
    presence,
    rooms,
    presenceOf,
    delivery,
    // Everybody's number changes when anybody comes; so the more there are, the rarer it is told.
    restMs: () => limits.presenceIntervalMs + sessions.size / 2,
  })
  const heartbeat = startHeartbeat({
    beatMs: limits.beatMs,
    beat: (session) => send(session, beat),
    onSilent: (session) => drop(session, 'silent'),
  })
  const shown: Record<string, string> = {}
  const notices = new Map<string, Message>()
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
      const session = new Session(wire, address, limits)
      sessions.add(session)
      heartbeat.add(session)
      send(session, new Message(hello(wire)))
      if (Object.keys(shown).length > 0) send(session, new Message({ is: 'shown', parts: shown }))
      for (const notice of notices.values()) send(session, notice)
      return session
    },
    hear(session, text) {
      session.wasHeard = true
      if (!session.maySpeak(limits)) return drop(session, 'flood')
      const parsed = parseSaid(text)
      if (parsed.kind === 'malformed') return drop(session, 'malformed')
      if (parsed.kind === 'said') follow(session, parsed.said)
    },
    end,
    show(parts) {
      Object.assign(shown, parts)
      void spread(sessions, new Message({ is: 'shown', parts }))
    },
    notify(name, data) {
      const notice = new Message({ is: 'notice', name, data })
      notices.set(name, notice)
      void spread(sessions, notice)
    },
    moveOn(withinMs = limits.moveWithinMs) {
      isLeaving = true
      void spread(sessions, new Message({ is: 'move', withinMs }))
    },
    close() {
      isLeaving = true
      clearInterval(ticking)
      heartbeat.close()
      delivery.close()
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
        return void answer(session, said)
      case 'beat':
        if (said.isAsking) send(session, beat)
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
    headCounts.tell(session)
    await joined
  }

  function setPerson(session: Session, person: string | undefined): void {
    const page = session.page === undefined ? undefined : presenceOf(session.page)
    if (session.person !== undefined && page !== undefined) presence.leave(session.person, page)
    session.person = person
    if (person !== undefined && page !== undefined) presence.join(person, page)
  }

  async function answer(session: Session, { key, action, input }: Extract<Said, { do: 'ask' }>): Promise<void> {
    const { address } = session
    const outcome = await perform({ actions, action, input, call: { key, address }, onError })
    send(session, new Message({ is: 'answer', key, ...outcome }))
  }

  function tick(): void {
    delivery.lookAfterSlow()
    headCounts.tellChanged()
  }

  function drop(session: Session, reason: CloseReason): void {
    end(session)
    session.wire.close(reason)
  }

  function end(session: Session): void {
    if (!sessions.delete(session)) return
    session.isOpen = false
    setPerson(session, undefined)
    rooms.leave(session)
    heartbeat.delete(session)
    delivery.forget(session)
  }
}

function pathOf(page: string): string {
  return page.split('?', 1)[0]!
}
