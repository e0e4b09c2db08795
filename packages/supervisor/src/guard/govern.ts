import { setTimeout as delay } from 'node:timers/promises'
import { acceptLoss } from './accept-loss.ts'
import { keepClusterId } from './cluster-id.ts'
import type { Consul } from './consul-client.ts'
import type { LeaseCalls } from './consul-proxy.ts'
import type { ConsulWatch } from './consul-watch.ts'
import { isSameState, type LeaseState } from './control-protocol.ts'
import type { GuardCalls } from './control-server.ts'
import type { Disk } from './disk.ts'
import { GuardError } from './errors.ts'
import { forgetNodes } from './forget-nodes.ts'
import type { GuardOptions } from './guard-options.ts'
import { watchHandoverReasons } from './handover-reasons.ts'
import type { Hearing } from './hearing.ts'
import { isMember, type Member } from './in-sync-set.ts'
import { beginLeading, type HandOverTo, type Leading } from './leading.ts'
import type { Lease } from './lease.ts'
import type { Listening } from './listening.ts'
import type { LitefsApi } from './litefs-api.ts'
import type { LitefsWatch } from './litefs-watch.ts'
import type { SetAnswer } from './may-lead.ts'
import { repeat } from './observer.ts'
import type { Peer, Peers } from './peers.ts'
import type { PermissionSlip } from './permission.ts'
import type { Keys } from './records.ts'
import { removeNode } from './remove-node.ts'
import { describeGuard } from './status.ts'

export interface GovernOptions {
  options: GuardOptions
  self: Member
  disk: Disk
  consul: Consul
  keys: Keys
  lease: Lease
  litefs: LitefsWatch
  api: LitefsApi
  peers: Peers
  watch: ConsulWatch
  hearing: Hearing
  listening: Listening
  permission: PermissionSlip
  signal: AbortSignal
  isFull(): boolean
  hasApplication(): boolean
  freeBytes(): number | undefined
  refused(): Readonly<Record<string, number>>
  tellReport(): void
  publish(state: LeaseState): void
  drain(deadlineMs: number): Promise<void>
}

/** How long a handover may take to become ready, and how long a node that stops waits to be let go, in milliseconds. */
const handoverWithin = 5000
const leaveWithin = 2500

/** A node that stops tries so often to find somebody who leads in its place. */
const leaveTries = 2

/** What the node is doing about the lease: leading, joining, leaving, handing over; and what it is told to do. */
export function governGuard(given: GovernOptions) {
  const { options, self, disk, consul, keys, lease, litefs, api, peers, watch, hearing, listening } = given
  const { permission, signal, publish, drain, tellReport } = given
  const { log, minInSync = 1, preferredRegion, returnAfterMs = 600_000, forgetAfterMs = 3_600_000 } = options
  let leading: Leading | undefined
  let published: LeaseState = { kind: 'not-held' }
  let hasLeft = false
  /** How many want this node to be out of the set for now. */
  let aside = 0
  let isLitefsGone = false
  let ledSince = 0
  let nextHandoverAt = Number.NEGATIVE_INFINITY
  let handingOver: Promise<void> | undefined
  const cluster = keepClusterId({ consul, keys, lease, watch, permission })
  const forgetGone = forgetNodes({ consul, keys, lease, watch, disk, peers, forgetAfterMs })
  const reasonToHandOver = watchHandoverReasons({ ...given, region: options.region, preferredRegion, returnAfterMs })
  const ticking = [repeat({ everyMs: 200, signal }, tick), repeat({ everyMs: 1000, signal }, forgetGone)]

  const calls: GuardCalls = {
    leaseState,
    whenCovered(position, waiting) {
      if (!leading || leading.reign.ended.aborted) throw new GuardError('not_leading', 'this node does not lead')
      return leading.coverage.whenCovered(position, waiting)
    },
    status: () => describeGuard({ ...given, leaseState, joins: joins() }),
    async handover(to) {
      if (to === self.node || !lease.reign || !leading) return
      await leading.handOver({ to, deadlineMs: handoverWithin, isLeaving: false })
    },
    async init() {
      const picture = await watch.look()
      if (picture.set) throw new GuardError('already_initialized', 'the cluster has an in-sync set')
      permission.give('init', picture)
    },
    acceptLoss: (confirmation) => acceptLoss({ watch, disk, litefs, peers, permission }, confirmation),
    remove: (node) => removeNode({ self: self.node, consul, keys, lease, watch, peers }, node),
    async leave() {
      hasLeft = true
      tellReport()
      await handOverToLeave()
      await waitUntilOut()
    },
    async join() {
      hasLeft = false
      tellReport()
    },
    async stepAside(end) {
      const { value: set } = (await watch.look()).set ?? {}
      if (lease.reign || (set && isMember(set, self) && set.members.length <= minInSync)) {
        throw new GuardError('cannot_step_aside', `${self.node} leads, or is one of too few in the in-sync set`)
      }
      aside++
      tellReport()
      void end.then(() => {
        aside--
        tellReport()
      })
      if (!(await waitUntilOut())) {
        throw new GuardError('cannot_step_aside', 'no node leads that could let this one out of the in-sync set')
      }
    },
    appCame: tellReport,
    async litefsExited() {
      litefs.markGone()
      isLitefsGone = true
      tellReport()
      await giveUp()
    },
    async appExited() {
      tellReport()
      await handOverBecause('the application ended', {})
    },
  }

  return {
    calls,
    giveUp,
    get leading() {
      return lease.reign && leading
    },
    get joins() {
      return joins()
    },
    changed,
    heard: (peer: Peer) => lease.reign && leading?.heard(peer),
    diskChanged() {
      tellReport()
      nextHandoverAt = Number.NEGATIVE_INFINITY
      changed()
    },
    async askForSet(node: string, address: string): Promise<SetAnswer> {
      peers.learn([{ node, address }])
      return (await peers.get(node)!.ask('newest-set', undefined, 1000)) as SetAnswer
    },
    leaseCalls: (primary: LeaseCalls['primary']): LeaseCalls => ({
      primary,
      ...cluster,
      createSession: lease.createSession,
      acquire: lease.acquire,
      renew: lease.renew,
      release: lease.release,
    }),
    close: async () => void (await Promise.all(ticking)),
  }

  function joins(): boolean {
    return !hasLeft && aside === 0 && !isLitefsGone && !given.isFull()
  }

  function leaseState(): LeaseState {
    const reign = lease.reign
    if (!reign?.isProven || leading?.reign !== reign) return { kind: 'not-held' }
    const { provenUntil: until } = reign
    const because = leading.drainingBecause
    return because ? { kind: 'draining', because, until } : { kind: 'held', term: String(reign.term), until }
  }

  function changed() {
    const reign = lease.reign
    if (reign && leading?.reign !== reign) begin(reign)
    leading?.coverage.review()
    const state = leaseState()
    if (isSameState(state, published) && untilOf(state) === untilOf(published)) return
    published = state
    publish(state)
  }

  function begin(reign: NonNullable<Lease['reign']>) {
    permission.withdraw()
    ledSince = performance.now()
    nextHandoverAt = Number.NEGATIVE_INFINITY
    leading = beginLeading({
      ...{ node: self.node, reign, litefs, api, minInSync, drain, listening, log },
      hasApplication: given.hasApplication,
      peers: peers.all,
      isIsolated: hearing.isIsolated,
      isFull: given.isFull,
      consulClearForMs: () => watch.clearForMs,
      currentTerm: async () => (await watch.look()).lease?.index,
      onChange: changed,
    })
  }

  async function tick() {
    listening.note()
    if (litefs.isAnswering) isLitefsGone = false
    if (!lease.reign || !leading) return
    leading.review()
    changed()
    const now = performance.now()
    const reason = now < nextHandoverAt ? undefined : reasonToHandOver(leading, now - ledSince)
    if (!reason) return
    await handOverBecause(reason.why, { to: reason.to, isLeaving: given.isFull() })
    nextHandoverAt = performance.now() + reason.retryAfterMs
  }

  /** One at a time: who asks meanwhile gets what the first one comes to. */
  function handOverBecause(why: string, how: Partial<HandOverTo>): Promise<void> {
    handingOver ??= handOver(why, how).finally(() => {
      handingOver = undefined
    })
    return handingOver
  }

  async function handOver(why: string, { to, isLeaving = false }: Partial<HandOverTo>) {
    if (!lease.reign || !leading) return
    log.info({ reason: why }, 'hands the lease over')
    await leading.handOver({ to, deadlineMs: handoverWithin, isLeaving }).catch((error: Error) => {
      log.warn({ error: error.message }, 'no handover')
    })
  }

  async function handOverToLeave() {
    await handingOver
    for (let tries = 0; lease.reign && tries < leaveTries; tries++) {
      await handOverBecause('this node stops', { isLeaving: true })
    }
    const others = lease.reign?.set.members.filter(hearing.isHeard) ?? []
    if (others.length === 0) return
    throw new GuardError('handover_abandoned', `${self.node} still leads, though ${others[0]!.node} could`)
  }

  /** Whoever leads drops a node that asked for it; without a leader nobody waits for us either. */
  async function waitUntilOut(): Promise<boolean> {
    const until = performance.now() + leaveWithin
    while (performance.now() < until && !signal.aborted && !lease.reign) {
      const picture = await watch.look().catch(() => undefined)
      if (picture?.set?.value && !isMember(picture.set.value, self)) return true
      await delay(25)
    }
    return false
  }

  /** Out of the set too, if somebody else in it is there to lead. */
  async function giveUp() {
    const heirs = lease.reign?.set.members.filter(hearing.isHeard) ?? []
    await lease.reign?.release({ leave: heirs.length > 0 })
  }
}

function untilOf(state: LeaseState): number | undefined {
  return state.kind === 'not-held' ? undefined : state.until.monotonic
}
