import { keep, tellChange, tellWhole, versionOf } from './changes.ts'
import type { Delivery } from './delivery.ts'
import type { Look } from './look.ts'
import { Message } from './message.ts'
import { openRoom, type Room, type Shown } from './room.ts'
import type { Session } from './session.ts'

export interface RoomsOptions {
  /** Renders an address, or takes it from a cache. Asked once for each change, however many have it open. */
  look: (page: string) => Promise<Look>
  spread: Delivery['spread']
  onError: (error: unknown, page: string) => void
  /** Between two looks at the same page. */
  intervalMs: number
}

export interface Rooms extends Iterable<Room> {
  readonly size: number
  /** Shows changes of this page from now on, and at once if it is not in this version. */
  join(session: Session, page: string, version: string): Promise<void>
  leave(session: Session): void
  /** Looks again at every open page that was made from one of these. */
  touch(topics: readonly string[]): void
  touchAll(): void
  close(): void
}

/** Renders that run at once when a change touches many pages; requests come between them. */
const looksAtOnce = 2

const retryMs = 1000

/** How long the whole page is kept for those who come back with another version; they come together. */
const wholeForMs = 10_000

export function openRooms({ look, spread, onError, intervalMs }: RoomsOptions): Rooms {
  const rooms = new Map<string, Room>()
  const byTopic = new Map<string, Set<Room>>()
  const waiting = new Set<Room>()
  /** What was touched since each running look began: only when it ends is it known what the page is made from. */
  const touchedMeanwhile = new Set<Set<string>>()
  let running = 0
  let isClosed = false

  return {
    [Symbol.iterator]: () => rooms.values(),
    get size() {
      return rooms.size
    },
    async join(session, page, version) {
      leave(session)
      const room = enter(session, page)
      try {
        const shown = room.shown ?? (await lookOnce(room))
        if (!room.members.has(session) || versionOf(shown) === version) return
        const message = await wholeOf(room)
        // After the changes that are on their way: it may be newer than they are.
        if (room.members.has(session)) await spread([session], message)
      } catch (error) {
        onError(error, page)
        retry(room)
      }
    },
    leave,
    touch(topics) {
      for (const topic of topics) {
        for (const touched of touchedMeanwhile) touched.add(topic)
        for (const room of byTopic.get(topic) ?? []) soil(room)
      }
    },
    touchAll() {
      for (const room of rooms.values()) soil(room)
    },
    close() {
      isClosed = true
      for (const room of rooms.values()) clearTimeout(room.timer)
    },
  }

  function enter(session: Session, page: string): Room {
    let room = rooms.get(page)
    if (!room) {
      room = openRoom(page)
      rooms.set(page, room)
    }
    room.members.add(session)
    session.page = page
    return room
  }

  function leave(session: Session): void {
    const room = session.page === undefined ? undefined : rooms.get(session.page)
    session.page = undefined
    room?.members.delete(session)
    if (room && room.members.size === 0) end(room)
  }

  function end(room: Room): void {
    rooms.delete(room.page)
    clearTimeout(room.timer)
    waiting.delete(room)
    file(room, [])
  }

  function soil(room: Room): void {
    room.isDirty = true
    room.whole = undefined
    if (!room.timer) waiting.add(room)
    work()
  }

  function work(): void {
    for (const room of waiting) {
      if (running >= looksAtOnce) return
      waiting.delete(room)
      const restMs = room.restsUntil - performance.now()
      if (restMs > 0) wait(room, restMs)
      else void refresh(room)
    }
  }

  function wait(room: Room, ms: number): void {
    if (isClosed || rooms.get(room.page) !== room) return
    clearTimeout(room.timer)
    room.timer = setTimeout(() => {
      room.timer = undefined
      waiting.add(room)
      work()
    }, ms).unref()
  }

  function retry(room: Room): void {
    room.isDirty = true
    room.hasFailed = true
    wait(room, retryMs)
  }

  async function refresh(room: Room): Promise<void> {
    running++
    room.restsUntil = performance.now() + intervalMs
    try {
      // One that runs already may have begun before the change.
      await room.looking
      if (room.isDirty) await lookOnce(room)
      // No faster than it can be told.
      await room.delivered
    } catch (error) {
      onError(error, room.page)
      retry(room)
    } finally {
      running--
      work()
    }
  }

  /** Looks, and tells everybody in the room what is different from the last time. */
  function lookOnce(room: Room): Promise<Shown> {
    room.looking ??= (async () => {
      const touched = new Set<string>()
      touchedMeanwhile.add(touched)
      try {
        room.isDirty = false
        const seen = await look(room.page)
        const former = room.shown
        room.shown = keep(seen)
        if (rooms.get(room.page) === room) file(room, seen.topics, former?.topics)
        const told = room.hasFailed ? tellWhole(room.page, seen) : former && tellChange(room.page, former, seen)
        room.hasFailed = false
        if (told) broadcast(room, new Message(told))
        if (seen.topics.some((topic) => touched.has(topic))) soil(room)
        return room.shown
      } finally {
        touchedMeanwhile.delete(touched)
        room.looking = undefined
      }
    })()
    return room.looking
  }

  function broadcast(room: Room, message: Message): void {
    room.whole = undefined
    room.delivered = spread(room.members, message)
  }

  function wholeOf(room: Room): Promise<Message> {
    if (!room.whole) {
      const whole = look(room.page).then((seen) => new Message(tellWhole(room.page, seen)))
      room.whole = whole
      const forget = () => {
        if (room.whole === whole) room.whole = undefined
      }
      setTimeout(forget, wholeForMs).unref()
      whole.catch(forget)
    }
    return room.whole
  }

  /** Puts a room under the topics of its page. */
  function file(room: Room, topics: readonly string[], former: readonly string[] = room.shown?.topics ?? []): void {
    for (const topic of former) {
      const others = byTopic.get(topic)
      others?.delete(room)
      if (others?.size === 0) byTopic.delete(topic)
    }
    for (const topic of topics) {
      const others = byTopic.get(topic) ?? new Set()
      byTopic.set(topic, others.add(room))
    }
  }
}
