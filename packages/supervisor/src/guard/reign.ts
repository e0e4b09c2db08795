import { setTimeout as delay } from 'node:timers/promises'
import type { Consul, ConsulStep } from './consul-client.ts'
import type { Disk } from './disk.ts'
import { GuardError } from './errors.ts'
import { encodeSet, type InSyncSet, without } from './in-sync-set.ts'
import type { GuardLog } from './log.ts'
import { after, type Moment, remainingUntil, thisMoment } from './moment.ts'
import type { Position } from './position.ts'
import { encodeHeartbeat, type Keys, lookAt, type Picture, releaseSteps } from './records.ts'
import { timing } from './timing.ts'

export interface ReignOptions {
  consul: Consul
  keys: Keys
  disk: Disk
  log: GuardLog
  node: string
  session: string
  /** The index of the lease key that our own acquire returned. Every change of this reign depends on it. */
  term: number
  set: { value: InSyncSet; index: number }
  /** When the acquire was sent: it counts as a heartbeat. */
  startedAt: Moment
  /** A person accepted that what earlier reigns had may be lost. */
  beginsAnew: boolean
  acked(): Position | undefined
  onChange(): void
}

/** One holding of the lease by this node, from its acquire until another acquire, a release or a refusal. */
export interface Reign {
  readonly term: number
  readonly session: string
  /** A person accepted that what earlier reigns had may be lost. */
  readonly beginsAnew: boolean
  /** Nobody else can lead, or acknowledge, as long as this is true; known by the heartbeat alone. */
  readonly isProven: boolean
  /** Until then, unless another heartbeat is accepted. */
  readonly provenUntil: Moment
  readonly set: InSyncSet
  /** A set that was proposed and of which nobody knows yet whether it counts: until then both do. */
  readonly pendingSet: InSyncSet | undefined
  readonly ended: AbortSignal
  /**
   * Told of each look at Consul, and when it was asked for, by the monotonic clock. Gives the lease back when that shows
   * another set than this reign's: Consul was put back to an older state.
   */
  sawSet(picture: Picture, askedAt: number): void
  /** @throws GuardError `reign_ended` */
  changeSet(change: (set: InSyncSet) => InSyncSet): Promise<void>
  /** Gives the lease back, and with `leave` the place in the set, unless this node is alone in it. */
  release(options: { leave: boolean }): Promise<void>
  end(reason: string): void
}

export function beginReign(options: ReignOptions): Reign {
  const { consul, keys, disk, log, node, session, term, onChange } = options
  const ending = new AbortController()
  // The index alone could come again in a Consul that was wiped; the session alone stays the same in a handover.
  const isOurs: ConsulStep[] = [
    { verb: 'check-index', key: keys.lease, index: term },
    { verb: 'check-session', key: keys.lease, session },
  ]
  let set = options.set
  let setSince = performance.now()
  let pending: InSyncSet | undefined
  let provenUntil = after(options.startedAt, timing.provenFor)
  let expiry: NodeJS.Timeout | undefined
  let changing: Promise<void> = Promise.resolve()
  watchExpiry()
  void beatForEver()

  const reign: Reign = {
    term,
    session,
    beginsAnew: options.beginsAnew,
    get isProven() {
      return !ending.signal.aborted && remainingUntil(provenUntil) > 0
    },
    get provenUntil() {
      return provenUntil
    },
    get set() {
      return set.value
    },
    get pendingSet() {
      return pending
    },
    ended: ending.signal,
    sawSet({ lease, set: shown }, askedAt) {
      const isComparable = lease?.index === term && !pending && askedAt > setSince
      if (!isComparable || shown?.index === set.index) return
      // Who takes the lease next, by what Consul has now, would not know whom this reign counted.
      log.warn({ term }, 'Consul came back with another in-sync set')
      void reign.release({ leave: false })
    },
    changeSet(change) {
      // Not a moment later when nothing is under way: from this call on, the new set counts too.
      const changed = pending ? changing.then(() => propose(change(set.value))) : propose(change(set.value))
      changing = changed.catch(() => {})
      return changed
    },
    async release({ leave }) {
      const leaves = leave && !pending && set.value.members.length > 1
      const left = without(set.value, node)
      end(leaves ? 'released, and left the set' : 'released')
      await finish([
        ...(leaves ? [{ verb: 'cas', key: keys.set, value: encodeSet(left), index: set.index } as const] : []),
        ...releaseSteps(keys, { index: term, session }),
      ])
    },
    end,
  }
  return reign

  function end(reason: string) {
    if (ending.signal.aborted) return
    log.info({ term, reason }, 'the reign ended')
    clearTimeout(expiry)
    ending.abort(new GuardError('reign_ended', `the reign of term ${term} ended: ${reason}`))
    onChange()
  }

  async function beatForEver() {
    for (let count = 1; !ending.signal.aborted; count++) {
      const startedAt = thisMoment()
      const isAccepted = await beat(count, startedAt)
      const pause = isAccepted ? remainingUntil(after(startedAt, timing.beatEvery)) : 100
      await delay(Math.max(pause, 0), undefined, { signal: ending.signal }).catch(() => {})
    }
  }

  async function beat(count: number, startedAt: Moment): Promise<boolean> {
    const value = encodeHeartbeat(count, options.acked())
    try {
      const outcome = await consul.transact([...isOurs, { verb: 'set', key: keys.heartbeat, value }])
      if (outcome.kind === 'refused') end('its heartbeat was refused')
      else prove(startedAt)
      return true
    } catch {
      return false
    }
  }

  function prove(startedAt: Moment) {
    provenUntil = after(startedAt, timing.provenFor)
    watchExpiry()
    onChange()
  }

  function watchExpiry() {
    clearTimeout(expiry)
    expiry = setTimeout(onChange, Math.max(remainingUntil(provenUntil), 0) + 1)
  }

  /** Sends it until the answer is known: a change that got no answer may still happen. */
  async function propose(next: InSyncSet) {
    pending = next
    onChange()
    while (!ending.signal.aborted) {
      if (await tryToChange(next).catch(() => false)) return
      await delay(100, undefined, { signal: ending.signal }).catch(() => {})
    }
    throw ending.signal.reason
  }

  async function tryToChange(next: InSyncSet): Promise<boolean> {
    const value = encodeSet(next)
    const outcome = await consul.transact([...isOurs, { verb: 'cas', key: keys.set, value, index: set.index }])
    const index = outcome.kind === 'done' ? outcome.indexes.get(keys.set)! : await findChanged(value)
    if (index === undefined) return false
    // On disk before anything is acknowledged under it, for the day that Consul forgets everything.
    await disk.storeSet(next)
    set = { value: next, index }
    setSince = performance.now()
    pending = undefined
    onChange()
    return true
  }

  /** After a refusal: an earlier sending of the same change may have been the one that was carried out. */
  async function findChanged(value: string): Promise<number | undefined> {
    const picture = await lookAt(consul, keys)
    if (picture.lease?.index === term && picture.set?.value && encodeSet(picture.set.value) === value) {
      return picture.set.index
    }
    end('a change of the set was refused')
    return undefined
  }

  async function finish(steps: ConsulStep[]) {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        // Refused: the lease has gone on to somebody, in a handover with this very session.
        await consul.transact(steps)
        return
      } catch (error) {
        log.warn({ term, error }, 'cannot give the lease back: observers of the heartbeat will take it')
      }
    }
  }
}
