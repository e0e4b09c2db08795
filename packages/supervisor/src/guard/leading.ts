import { GuardError } from './errors.ts'
import { handOver } from './handover.ts'
import { type InSyncSet, isMember } from './in-sync-set.ts'
import type { Listening } from './listening.ts'
import type { LitefsApi } from './litefs-api.ts'
import type { LitefsWatch } from './litefs-watch.ts'
import type { GuardLog } from './log.ts'
import { type Coverage, trackCoverage } from './member-reports.ts'
import type { Peer } from './peers.ts'
import { parsePosition } from './position.ts'
import type { Reign } from './reign.ts'
import { keepSet } from './set-keeper.ts'
import { timing } from './timing.ts'

export interface LeadingOptions {
  node: string
  reign: Reign
  /** What LiteFS had when it took the lease. */
  litefs: LitefsWatch
  api: Pick<LitefsApi, 'position'>
  peers(): Peer[]
  listening: Listening
  consulClearForMs(): number
  minInSync: number
  isIsolated(set: InSyncSet): boolean
  /** The disk of the database has little room left. */
  isFull(): boolean
  drain(deadlineMs: number): Promise<void>
  /** Is there an application that writes here? */
  hasApplication(): boolean
  currentTerm(): Promise<number | undefined>
  onChange(): void
  log: GuardLog
}

/** What a guard does while its node leads: one for each reign. */
export interface Leading {
  readonly reign: Reign
  readonly coverage: Coverage
  readonly isHandingOver: boolean
  /** Why new writes have to wait, if they have to. */
  readonly drainingBecause: 'handover' | 'full-disk' | 'few-members' | undefined
  heard(peer: Peer): void
  review(): void
  /**
   * To the named node, or the one that is nearest to everything. Only to one that has an application, unless this node
   * could not go on either.
   */
  handOver(options: HandOverTo): Promise<void>
}

export interface HandOverTo {
  to: string | undefined
  deadlineMs: number
  /** This node cannot go on leading. */
  isLeaving: boolean
}

export function beginLeading(options: LeadingOptions): Leading {
  const {
    node,
    reign,
    litefs,
    api,
    peers,
    listening,
    consulClearForMs,
    minInSync,
    isIsolated,
    isFull,
    drain,
    hasApplication,
    currentTerm,
    onChange,
    log,
  } = options
  let isPreparing = false
  let isHandingOver = false
  let hasNoDatabase = false
  const disks = new Map<string, string | undefined>()
  const coverage = trackCoverage({ counted, copies })
  const keeper = keepSet({
    ...{ node, reign, coverage, peers, listening, consulClearForMs, log },
    hasNoDatabase: () => hasNoDatabase,
    isBusy: () => isHandingOver,
  })
  const stopListening = litefs.onPosition(coverage.produced)
  if (litefs.position) coverage.produced(litefs.position)
  for (const peer of peers()) heard(peer)
  reign.ended.addEventListener('abort', () => {
    stopListening()
    coverage.end()
  })

  return {
    reign,
    coverage,
    get isHandingOver() {
      return isHandingOver
    },
    get drainingBecause() {
      if (isHandingOver) return 'handover'
      // A commit for which there is no room ends LiteFS, with its outcome unknown. Who can hand over does.
      if (isFull() && !peers().some(isFit)) return 'full-disk'
      return copies() === undefined ? 'few-members' : undefined
    },
    heard,
    review() {
      if (reign.ended.aborted) return
      if (isIsolated(reign.set)) return resign('most of the other nodes live, but not for this one', { leave: true })
      // Leaving the set to members that are gone would leave nobody who may lead.
      if (litefs.silentForMs > timing.litefsSilence) {
        return resign('LiteFS does not answer', { leave: peers().some(isFit) })
      }
      if (coverage.latest === undefined) void askForPosition().catch(() => {})
      keeper.review()
      coverage.review()
    },
    async handOver({ to, deadlineMs, isLeaving }) {
      if (isPreparing || isHandingOver) throw new GuardError('handover_running', 'a handover is under way')
      const chosen = chooseTarget(to, isLeaving)
      await prepare(chosen)
      // The set, and who is well, may have changed meanwhile.
      const target = chooseTarget(chosen.node, isLeaving)
      isHandingOver = true
      onChange()
      try {
        const position = () => api.position(1000)
        await handOver({ reign, coverage, target, drain, position, currentTerm, deadlineMs })
      } finally {
        isHandingOver = false
        onChange()
      }
    },
  }

  function heard(peer: Peer) {
    // A node that was away may be back with another disk; what the former one had proves nothing for it.
    if (disks.get(peer.node) !== peer.report?.disk) coverage.forget(peer.node)
    disks.set(peer.node, peer.report?.disk)
    const position = parsePosition(peer.report?.position ?? '')
    const isSameDisk = reign.set.members.every(
      (member) => member.node !== peer.node || member.disk === peer.report?.disk,
    )
    // What another disk has proves nothing for the member, until it joins as itself.
    if (position && isSameDisk) coverage.reported(peer.node, position)
    else coverage.forget(peer.node)
    keeper.review()
  }

  /** LiteFS may lead before it serves, and so before its position is known: that is not yet an empty database. */
  async function askForPosition() {
    const position = await api.position(1000)
    hasNoDatabase = position === undefined
    if (position && coverage.latest === undefined) coverage.produced(position)
  }

  function counted(): string[] {
    const sets = [reign.set, reign.pendingSet].filter((set) => set !== undefined)
    const names = sets.flatMap((set) => set.members.map((member) => member.node))
    if (keeper.joining) names.push(keeper.joining)
    return [...new Set(names)].filter((name) => name !== node)
  }

  function copies(): number | undefined {
    const { length } = reign.set.members
    return length < minInSync ? undefined : length
  }

  function resign(reason: string, how: { leave: boolean }) {
    log.warn({ term: reign.term }, `gives up the lease: ${reason}`)
    void reign.release(how)
  }

  /** What the target's application can do ahead of its reign, it does before any write waits for it. */
  async function prepare(target: Peer) {
    isPreparing = true
    // The guard of an older release does not know the question, and can be handed the lease all the same.
    const prepared = target.ask('prepare', undefined, timing.prepareWithin).catch(() => {})
    if (hasApplication()) await prepared
    isPreparing = false
  }

  function chooseTarget(to: string | undefined, isLeaving: boolean): Peer {
    const named = peers().filter((peer) => to === undefined || peer.node === to)
    const fit = named.filter((peer) => isFit(peer) && (isLeaving || peer.report?.serves))
    const proven = (peer: Peer) => coverage.provenAt(peer.node) ?? -1n
    const serving = (peer: Peer) => (peer.report?.serves ? 1 : 0)
    const [best] = fit.sort((a, b) => serving(b) - serving(a) || Number(proven(b) - proven(a)))
    if (!best)
      throw new GuardError('no_target', `no handover: ${to ?? 'no other node'} is in the in-sync set, well, and serves`)
    return best
  }

  function isFit({ report, silentForMs }: Peer): boolean {
    if (!report?.joins || !report.seesConsul || silentForMs() > timing.dropAfter / 2) return false
    return isMember(reign.set, report)
  }
}
