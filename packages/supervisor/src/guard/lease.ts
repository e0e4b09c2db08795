import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Consul, ConsulStep } from './consul-client.ts'
import type { Disk } from './disk.ts'
import { GuardError } from './errors.ts'
import { encodeSet, type InSyncSet, keepOnly, type Member } from './in-sync-set.ts'
import { type GuardLog, sayChanges } from './log.ts'
import type { Verdict } from './may-lead.ts'
import { thisMoment } from './moment.ts'
import type { Position } from './position.ts'
import {
  encodeHeartbeat,
  type Keys,
  type LeaseRecord,
  type LeaseValue,
  lookAt,
  type Picture,
  releaseSteps,
} from './records.ts'
import { beginReign, type Reign } from './reign.ts'

export interface LeaseOptions {
  consul: Consul
  keys: Keys
  disk: Disk
  log: GuardLog
  self: Member
  /** May this node lead, and over which set, as far as Consul shows? */
  mayLead(picture: Picture): Promise<Verdict>
  /** Is the member connected and well, so that it can stay in the set? */
  isHeard(member: Member): boolean
  acked(): Position | undefined
  /** Has this node's LiteFS been told to take over from the primary? */
  isBeingHanded(): boolean
  onChange(): void
}

export interface Lease {
  readonly reign: Reign | undefined
  /** Is an acquire under way? The lease may be ours by then, without a reign. */
  readonly isAcquiring: boolean
  /**
   * Takes the lease for our LiteFS, and reduces the set to those that are heard, in one transaction: nothing that was
   * looked at before it can have changed. False when another holds it, or this node may not lead.
   */
  acquire(session: string, value: Pick<LeaseValue, 'hostname' | 'advertise-url'>): Promise<boolean>
  /** For an acquire. Throws where it would be refused: a session for nothing would be made ten times a second. */
  createSession(): Promise<string>
  /** False when LiteFS has to give up the lease: the reign that holds the session ended, or the session did. */
  renew(session: string): Promise<boolean>
  /** For a session that LiteFS gives up. Only what we hold in this very reign is released. */
  release(session: string): Promise<void>
}

/** LiteFS asks again at once; what makes it eligible is a matter of seconds. */
const refusalTakesMs = 300

export function openLease(options: LeaseOptions): Lease {
  const { consul, keys, disk, log, self, mayLead, isHeard, acked, isBeingHanded, onChange } = options
  const sayWhyNot = sayChanges(log.info)
  let reign: Reign | undefined
  let acquiring = 0

  return {
    get reign() {
      return reign?.ended.aborted ? undefined : reign
    },
    get isAcquiring() {
      return acquiring > 0
    },
    async acquire(session, value) {
      acquiring += 1
      try {
        return await tryToAcquire(session, value)
      } finally {
        acquiring -= 1
      }
    },
    async createSession() {
      const verdict = await mayLead(await lookAt(consul, keys))
      if (verdict.kind === 'may') return consul.createSession()
      sayWhyNot(`may not lead: ${verdict.reason}`)
      await delay(refusalTakesMs)
      throw new GuardError('not_leading', verdict.reason)
    },
    async renew(session) {
      // Without a reign over it, it is either being given to us, or LiteFS still holds on to what is over.
      if (reign?.session !== session || reign.ended.aborted) return isBeingHanded() && consul.renewSession(session)
      const lives = await consul.renewSession(session).catch(() => true)
      if (!lives) reign.end('its session is gone')
      return lives
    },
    async release(session) {
      if (reign?.session === session && !reign.ended.aborted) return reign.release({ leave: false })
      await dropSession(session)
    },
  }

  async function tryToAcquire(session: string, value: Pick<LeaseValue, 'hostname' | 'advertise-url'>) {
    const picture = await lookAt(consul, keys)
    const holder = picture.lease?.session
    if (holder !== undefined && holder !== session) return false
    const verdict = await mayLead(picture)
    if (verdict.kind === 'may') return take(session, value, picture, verdict)
    sayWhyNot(`may not lead: ${verdict.reason}`)
    return false
  }

  async function take(
    session: string,
    value: Pick<LeaseValue, 'hostname' | 'advertise-url'>,
    picture: Picture,
    verdict: Extract<Verdict, { kind: 'may' }>,
  ): Promise<boolean> {
    const set = keepOnly(verdict.base, (member) => member.node === self.node || isHeard(member))
    const nonce = randomUUID()
    const full: LeaseValue = { ...value, ...self, nonce }
    await disk.setHasLed(true)
    const startedAt = thisMoment()
    const outcome = await consul
      .transact(acquireSteps(session, full, picture.lease, set, verdict))
      .catch(() => findAcquired(nonce))
    if (outcome.kind === 'refused') return false
    const term = outcome.indexes.get(keys.lease)!
    log.info({ term, members: set.members.map(({ node }) => node) }, 'took the lease')
    await disk.storeSet(set)
    sayWhyNot(undefined)
    reign = beginReign({
      ...{ consul, keys, disk, log, node: self.node, session, term, startedAt, onChange },
      beginsAnew: verdict.beginsAnew ?? false,
      // Else the first heartbeat would forget what the members have to have at least.
      acked: () => acked() ?? verdict.acked,
      set: { value: set, index: outcome.indexes.get(keys.set)! },
    })
    onChange()
    return true
  }

  function acquireSteps(
    session: string,
    value: LeaseValue,
    lease: LeaseRecord | undefined,
    set: InSyncSet,
    { setIndex, acked: before }: Extract<Verdict, { kind: 'may' }>,
  ): ConsulStep[] {
    return [
      lease
        ? { verb: 'check-index', key: keys.lease, index: lease.index }
        : { verb: 'check-not-exists', key: keys.lease },
      { verb: 'cas', key: keys.set, value: encodeSet(set), index: setIndex },
      // How far the last reign acknowledged stays known until this one has acknowledged more.
      { verb: 'set', key: keys.heartbeat, value: encodeHeartbeat(0, before) },
      { verb: 'lock', key: keys.lease, value: JSON.stringify(value), session },
    ]
  }

  /** The acquire got no answer. If it happened, our nonce is there; else LiteFS destroys its session, and it cannot. */
  async function findAcquired(nonce: string) {
    const { lease, set } = await lookAt(consul, keys)
    if (lease?.value?.nonce !== nonce || !set) return { kind: 'refused', reason: 'no answer' } as const
    const indexes = new Map([
      [keys.lease, lease.index],
      [keys.set, set.index],
    ])
    return { kind: 'done', indexes } as const
  }

  /** A session that holds nothing may go; in a handover it holds the lease for the next primary. */
  async function dropSession(session: string) {
    const { lease } = await lookAt(consul, keys)
    if (lease?.session !== session) return consul.destroySession(session)
    if (lease.value?.node === self.node) await consul.transact(releaseSteps(keys, { index: lease.index, session }))
  }
}
