import type { Delivery } from './delivery.ts'
import { Message } from './message.ts'
import type { Presence } from './presence.ts'
import type { Room } from './room.ts'
import type { Session } from './session.ts'

/** Tells open pages how many people read them and the site. */
export interface HeadCounts {
  /** To one who has just come. */
  tell(session: Session): void
  /** To everybody whose numbers are different from what they were told. */
  tellChanged(): void
}

interface HeadCountsOptions {
  presence: Pick<Presence, 'site' | 'count'>
  rooms: Iterable<Room>
  presenceOf: (page: string) => string
  delivery: Pick<Delivery, 'send' | 'spread'>
  /** How long numbers rest between two messages, with so many connections. */
  restMs: () => number
}

export function openHeadCounts({ presence, rooms, presenceOf, delivery, restMs }: HeadCountsOptions): HeadCounts {
  /** By page, what its readers were told. */
  let known = new Map<string, string>()
  let toldAt = -Infinity
  let isTelling = false

  return {
    tell(session) {
      if (session.page !== undefined) delivery.send(session, new Message(countsOf(presenceOf(session.page))))
    },
    tellChanged() {
      if (!isTelling && performance.now() - toldAt >= restMs()) void tellChanged()
    },
  }

  async function tellChanged(): Promise<void> {
    isTelling = true
    toldAt = performance.now()
    const former = known
    known = new Map()
    const messages = new Map<string, Message>()
    const deliveries: Promise<void>[] = []
    for (const room of rooms) {
      const page = presenceOf(room.page)
      if (!known.has(page)) {
        const counts = countsOf(page)
        const text = `${counts.page} ${counts.site}`
        known.set(page, text)
        if (former.get(page) !== text) messages.set(page, new Message(counts))
      }
      const message = messages.get(page)
      if (message) deliveries.push(delivery.spread(room.members, message))
    }
    await Promise.all(deliveries)
    isTelling = false
  }

  function countsOf(page: string) {
    return { is: 'here', site: presence.site, page: presence.count(page) } as const
  }
}
