import { setTimeout as delay } from 'node:timers/promises'
import { acceptLoss } from './accept-loss.ts'
import type { Consul } from './consul-client.ts'
import type { LeaseCalls } from './consul-proxy.ts'
import type { ConsulWatch } from './consul-watch.ts'
import { isSameState, type LeaseState } from './control-protocol.ts'
import type { GuardCalls } from './control-server.ts'
import type { Disk } from './disk.ts'
import { GuardError } from './errors.ts'
import type { GuardOptions } from './guard.ts'
import type { PromoteAnswer } from './handover.ts'
import type { Hearing } from './hearing.ts'
import { isMember, type Member, withRemoved } from './in-sync-set.ts'
import { beginLeading, type Leading } from './leading.ts'
import type { Lease } from './lease.ts'
import type { LitefsApi } from './litefs-api.ts'
import type { LitefsWatch } from './litefs-watch.ts'
import type { SetAnswer } from './may-lead.ts'
import { repeat } from './observer.ts'
import type { Peer, Peers } from './peers.ts'
import { keepPermission } from './permission.ts'
import type { Keys } from './records.ts'
import { describeGuard } from './status.ts'
import { timing } from './timing.ts'

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

/** How long a node leads without an application before another that has one is asked, in milliseconds. */
const idleFor = 5000

/** What the node is doing about the lease: leading, joining, leaving, handing over; and what it is told to do. */
export function governGuard(given: GovernOptions) {
  const { options, self, disk, consul, keys, lease, litefs, api, peers, watch, hearing } = given
  const { signal, publish, drain, tellReport } = given
  const { log, minInSync = 1, preferredRegion, returnAfterMs = 600_000 } = options
  let leading: Leading | undefined
  let published: LeaseState = { kind: 'not-held' }
  const permission = keepPermission()
  let hasLeft = false
  /** How many want this node to be out of the set for now. */
  let aside = 0
  let isLitefsGone = false
  let isBeingHanded = false
  let ledSince = 0
  const ticking = repeat({ everyMs: 200, signal }, tick)

  const calls: GuardCalls = {
    leaseState,
    whenCovered(position, waiting) {
      if (!leading || leading.reign.ended.aborted) throw new GuardError('not_leading', 'this node does not lead')
      return leading.coverage.whenCovered(position, waiting)
    },
    status: () => describeGuard({ ...given, leaseState, joins: joins() }),
    async handover(to) {
      if (to === self.node || !lease.reign || !leading) return
      await leading.handOver({ to, deadlineMs: handoverWithin })
    },
    async init() {
      const picture = await watch.look()
      if (picture.set) throw new GuardError('already_initialized', 'the cluster has an in-sync set')
      permission.give('init', picture)
    },
    acceptLoss: (confirmation) => acceptLoss({ watch, disk, litefs, peers, permission }, confirmation),
    remove,
    async leave() {
      hasLeft = true
      tellReport()
      await handOverIfLeading('this node stops')
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
    litefsExited,
    appExited,
  }

  return {
    calls,
    takeOver,
    giveUp,
    get leading() {
      return lease.reign && leading
    },
    permissionFor: permission.for,
    get joins() {
      return joins()
    },
    get isBeingHanded() {
      return isBeingHanded
    },
    changed,
    heard: (peer: Peer) => lease.reign && leading?.heard(peer),
    diskChanged(isFull: boolean) {
      tellReport()
      if (isFull) void handOverIfLeading('the disk is nearly full')
    },
    async askForSet(node: string, address: string): Promise<SetAnswer> {
      peers.learn([{ node, address }])
      return (await peers.get(node)!.ask('newest-set', undefined, 1000)) as SetAnswer
    },
    leaseCalls: (primary: LeaseCalls['primary']): LeaseCalls => ({
      primary,
      clusterId: async () => (await watch.look()).clusterId,
      setClusterId,
      createSession: lease.createSession,
      acquire: lease.acquire,
      renew: lease.renew,
      release: lease.release,
    }),
    close: () => ticking,
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
    leading = beginLeading({
      ...{ node: self.node, reign, litefs, api, minInSync, drain, log },
      peers: peers.all,
      isIsolated: hearing.isIsolated,
      consulClearForMs: () => watch.clearForMs,
      currentTerm: async () => (await watch.look()).lease?.index,
      onChange: changed,
    })
  }

  async function tick() {
    if (litefs.isAnswering) isLitefsGone = false
    if (!lease.reign || !leading) return
    leading.review()
    changed()
    if (isIdle()) await handOverIfLeading('no application of this node writes')
    if (mayReturn()) await handOverIfLeading(`the preferred region is ${preferredRegion}`, inPreferredRegion()?.node)
  }

  /** It leads, nobody here writes, and another member could: not at once, because an application starts after LiteFS. */
  function isIdle(): boolean {
    if (given.hasApplication() || !leading || leading.isHandingOver) return false
    return performance.now() - ledSince > idleFor && hearing.hasServing(leading.reign.set)
  }

  function mayReturn(): boolean {
    if (preferredRegion === undefined || options.region === preferredRegion || leading?.isHandingOver) return false
    return performance.now() - ledSince > returnAfterMs && inPreferredRegion() !== undefined
  }

  function inPreferredRegion(): Peer | undefined {
    const members = leading?.reign.set.members.map(({ node }) => node) ?? []
    return peers.all().find(({ node, report }) => report?.region === preferredRegion && members.includes(node))
  }

  async function handOverIfLeading(reason: string, to?: string) {
    if (!lease.reign || !leading) return
    log.info({ reason }, 'hands the lease over')
    await leading.handOver({ to, deadlineMs: handoverWithin }).catch((error: Error) => {
      log.warn({ error: error.message }, 'no handover')
    })
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

  async function litefsExited() {
    litefs.markGone()
    isLitefsGone = true
    tellReport()
    await giveUp()
  }

  /** Out of the set too, if somebody else in it is there to lead. */
  async function giveUp() {
    const heirs = lease.reign?.set.members.filter(hearing.isHeard) ?? []
    await lease.reign?.release({ leave: heirs.length > 0 })
  }

  async function appExited() {
    tellReport()
    await handOverIfLeading('the application ended')
  }

  /** Another guard hands the lease over to this node. */
  async function takeOver(): Promise<PromoteAnswer> {
    isBeingHanded = true
    try {
      const refusal = await api.promote(5000).then(
        () => undefined,
        (error: Error) => error.message,
      )
      if (refusal && /not currently connected|no primary is currently|not eligible/.test(refusal)) {
        return { kind: 'refused', reason: refusal }
      }
      const until = performance.now() + timing.takeWithin
      while (!lease.reign && performance.now() < until) await delay(5)
      return { kind: lease.reign ? 'leads' : 'nothing-came' }
    } finally {
      isBeingHanded = false
    }
  }

  async function setClusterId(id: string): Promise<boolean> {
    const reign = lease.reign
    if (!reign) return false
    const outcome = await consul.transact([
      { verb: 'check-index', key: keys.lease, index: reign.term },
      { verb: 'cas', key: keys.clusterId, value: id, index: 0 },
    ])
    return outcome.kind === 'done'
  }

  async function remove(node: string) {
    const { nodes, lease: held } = await watch.look()
    if (!lease.reign) {
      const holder = peers.get(held?.value?.node ?? '')
      if (!holder) throw new GuardError('not_leading', 'no node leads that could remove one')
      await holder.ask('remove', { node }, 5000)
      return
    }
    const found = [...nodes, ...lease.reign.set.members].find((known) => known.node === node)
    if (!found || node === self.node) throw new GuardError('unknown_node', `cannot remove "${node}"`)
    await lease.reign.changeSet((set) => withRemoved(set, found.disk))
    await consul.transact([{ verb: 'delete', key: keys.node(node) }])
    peers.forget(node)
  }
}

function untilOf(state: LeaseState): number | undefined {
  return state.kind === 'not-held' ? undefined : state.until.monotonic
}
