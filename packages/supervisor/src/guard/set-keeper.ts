import { type InSyncSet, isMember, keepOnly, type Member, withMember } from './in-sync-set.ts'
import type { Listening } from './listening.ts'
import type { GuardLog } from './log.ts'
import type { Coverage } from './member-reports.ts'
import type { Peer } from './peers.ts'
import { parsePosition } from './position.ts'
import type { Reign } from './reign.ts'
import type { Report } from './report.ts'
import { timing } from './timing.ts'

export interface SetKeeperOptions {
  node: string
  reign: Reign
  coverage: Coverage
  /** Is it known that this node has no data that another could lack? */
  hasNoDatabase(): boolean
  peers(): Peer[]
  listening: Listening
  /** How long this node has seen Consul without a failure. */
  consulClearForMs(): number
  /** Is a handover under way? Then the set stays as it is. */
  isBusy(): boolean
  log: GuardLog
}

/** Decides, for one reign, who joins the in-sync set and who is dropped from it. */
export interface SetKeeper {
  /** Counted before it joins, so that nothing is acknowledged that it does not have. */
  readonly joining: string | undefined
  /** To be called often: it looks at how long members have been silent. */
  review(): void
}

/** A node this many transactions behind is near enough to be waited for. */
const nearEnough = 200n

export function keepSet(options: SetKeeperOptions): SetKeeper {
  const { node, reign, coverage, hasNoDatabase, peers, listening, consulClearForMs, isBusy, log } = options
  const progress = new Map<string, { at: number; txid: bigint }>()
  let joining: { node: string; until: number } | undefined

  return {
    get joining() {
      return joining?.node
    },
    review() {
      listening.note()
      if (reign.ended.aborted || reign.pendingSet) return
      const patience = patienceNow()
      const reasons = new Map<Member, string>()
      for (const member of reign.set.members) {
        const reason = member.node === node ? undefined : whyNotIn(member, patience)
        if (reason) reasons.set(member, reason)
      }
      if (reasons.size > 0) return drop(reasons)
      if (!isBusy()) admitNext()
    },
  }

  /** Most of them at once: rather this node is cut off than all of those dead, and then it resigns. */
  function patienceNow(): number {
    const others = reign.set.members.filter((member) => member.node !== node)
    const silent = others.filter((member) => silentForMs(member) >= timing.dropAfter)
    return silent.length > 1 && silent.length * 2 > others.length ? timing.dropMostAfter : timing.dropAfter
  }

  function peerOf(member: Member): Peer | undefined {
    return peers().find((known) => known.node === member.node)
  }

  function silentForMs(member: Member): number {
    return peerOf(member)?.silentForMs() ?? Infinity
  }

  function whyNotIn(member: Member, patience: number): string | undefined {
    if (silentForMs(member) >= patience) return listening.isSure ? 'it is silent' : undefined
    const report = peerOf(member)?.report
    if (!report) return undefined
    if (report.disk !== member.disk) return 'it came back with another disk'
    if (!report.joins || !report.candidate) return 'it asked to leave'
    // After an outage of Consul the others may notice a moment later than we do that it is over.
    if (!report.seesConsul && consulClearForMs() > timing.dropAfter) return 'it is cut off from Consul'
    const position = parsePosition(report.position ?? '')
    if (coverage.acked && (position?.txid ?? 0n) < coverage.acked.txid) return 'its disk is older than it was'
    return isStuck(report) ? 'it makes no progress' : undefined
  }

  /** Behind, and at the same place for long: something holds up its LiteFS. */
  function isStuck({ node: name, position }: Report): boolean {
    const txid = parsePosition(position ?? '')?.txid ?? 0n
    const isBehind = coverage.latest !== undefined && coverage.provenAt(name) !== coverage.latest.txid
    const last = progress.get(name)
    if (!isBehind || last?.txid !== txid) progress.set(name, { at: performance.now(), txid })
    return performance.now() - progress.get(name)!.at > timing.dropWithoutProgress
  }

  function drop(reasons: Map<Member, string>) {
    for (const [member, reason] of reasons) log.warn({ node: member.node }, `leaves the in-sync set: ${reason}`)
    change((set) => keepOnly(set, (member) => !reasons.has(member)))
  }

  function admitNext() {
    if (joining && performance.now() > joining.until) {
      joining = undefined
      coverage.review()
    }
    const next = peers().find((peer) => (joining ? peer.node === joining.node : isNear(peer)))
    if (!next || !mayJoin(next)) {
      joining = undefined
      return
    }
    joining ??= { node: next.node, until: performance.now() + timing.joinWithin }
    if (!hasEverything(next.node)) return
    const { node: name, disk, address } = next.report!
    log.info({ node: name }, 'joins the in-sync set')
    // Counted as a member of the pending set from here on, in the same turn.
    change((set) => withMember(set, { node: name, disk, address }))
    joining = undefined
  }

  function mayJoin({ node: name, report, silentForMs }: Peer): boolean {
    if (!report?.candidate || !report.joins || !report.seesConsul || silentForMs() > timing.dropAfter / 2) return false
    return !isMember(reign.set, { node: name, disk: report.disk }) && !reign.set.removed.includes(report.disk)
  }

  function isNear(peer: Peer): boolean {
    if (!mayJoin(peer)) return false
    if (coverage.latest === undefined) return hasNoDatabase()
    const proven = coverage.provenAt(peer.node)
    return proven !== undefined && coverage.latest.txid - proven <= nearEnough
  }

  function hasEverything(name: string): boolean {
    if (coverage.latest === undefined) return hasNoDatabase()
    const proven = coverage.provenAt(name)
    return proven !== undefined && proven >= (coverage.acked?.txid ?? 0n)
  }

  function change(change: (set: InSyncSet) => InSyncSet) {
    reign.changeSet(change).then(
      () => log.info({ members: reign.set.members.map((member) => member.node) }, 'the in-sync set changed'),
      () => {},
    )
  }
}
