import { randomUUID } from 'node:crypto'
import { type InSyncSet, isMember, isNewer, type Member, parseSet } from './in-sync-set.ts'
import type { PermissionKind } from './permission.ts'
import { type Position, parsePosition } from './position.ts'
import type { Picture } from './records.ts'
import type { Report } from './report.ts'

export type Verdict =
  | {
      kind: 'may'
      /** The set to lead over, before it is reduced. */
      base: InSyncSet
      /** Where Consul's has to be for that; 0 for none. */
      setIndex: number
      /** How far earlier reigns acknowledged, as far as it is known and still holds. */
      acked: Position | undefined
      /** A person accepted that what earlier reigns had may be lost. */
      beginsAnew?: boolean
    }
  | { kind: 'may-not'; reason: string }

/** What a guard says when another one looks for the newest set. */
export interface SetAnswer {
  set: string | undefined
  disk: string
  position: string | undefined
}

export interface MayLeadOptions {
  self: Member
  candidate: boolean
  newestSet(): InSyncSet | undefined
  /** Keeps a set that this guard has only heard of, for its next start. */
  keepSet(set: InSyncSet): Promise<void>
  position(): Promise<Position | undefined>
  /** Asks a guard for its newest set; throws when it does not answer. */
  askForSet(node: string, address: string): Promise<SetAnswer>
  /** The other guards that are connected. */
  connected(): { node: string; address: string; report?: Pick<Report, 'newestSet'> | undefined }[]
  /** Are most of the others alive, and out of our reach, with a member among them? */
  isIsolated(set: InSyncSet): boolean
  /** Has this guard heard the other members, or listened for long enough? Else it would lead without them. */
  isSettled(set: InSyncSet): boolean
  /** Has this node no application, and another member one? Then that one leads. */
  hasBetter(set: InSyncSet): boolean
  /** A cluster that never existed starts once so many nodes are there; without it a person says `init`. */
  expectedNodes: number | undefined
  /** What a person said about the in-sync set that Consul shows. */
  permissionFor(picture: Picture): PermissionKind | undefined
}

/** Decides whether this node has every acknowledged write. */
export function judgeLeading(options: MayLeadOptions): (picture: Picture) => Promise<Verdict> {
  const {
    self,
    candidate,
    newestSet,
    keepSet,
    position,
    askForSet,
    connected,
    isIsolated,
    isSettled,
    hasBetter,
    expectedNodes,
    permissionFor,
  } = options

  return async function mayLead(picture) {
    if (!candidate) return mayNot('this node is not a candidate')
    if (permissionFor(picture) === 'accept-loss') return acceptLoss(picture)
    const kept = picture.set?.value
    if (picture.set && !kept) return mayNot('the in-sync set in Consul cannot be read')
    const own = newestSet()
    if (kept && (!own || !isNewer(own, kept))) return judgeBySet(kept, picture)
    if (own) return judgeWithoutConsul(own, picture)
    return judgeFirstStart(picture)
  }

  /** By Consul's, unless another node knows of a newer one: then Consul came back with what it once had. */
  async function judgeBySet(set: InSyncSet, picture: Picture): Promise<Verdict> {
    const knows = connected().find(({ report }) => report?.newestSet && isNewer(report.newestSet, set))
    if (!knows) return judgeMember(set, picture)
    const answer = await askForSet(knows.node, knows.address).catch(() => undefined)
    const newer = parseSet(answer?.set ?? '')
    if (!newer || !isNewer(newer, set)) return mayNot(`${knows.node} does not say which newer in-sync set it knows`)
    await keepSet(newer)
    return judgeWithoutConsul(newer, picture)
  }

  async function judgeMember(set: InSyncSet, { set: record, heartbeat }: Picture): Promise<Verdict> {
    if (!isMember(set, self)) return mayNot('it is not in the in-sync set')
    if (!isSettled(set)) return mayNot('it waits to hear the other members first')
    if (isIsolated(set)) return mayNot('most of the other nodes live, but not for it')
    if (hasBetter(set)) return mayNot('its application does not run, and that of another member does')
    // The same disk may be an older state of itself: what was acknowledged since is not on it.
    const least = heartbeat?.acked
    const here = least && (await position())
    if (least && (!here || here.txid < least.txid)) return mayNot('its disk is older than the last acknowledged write')
    return { kind: 'may', base: set, setIndex: record!.index, acked: least }
  }

  /** Consul lost the set, or has an older one: only the members of the newest one can tell that there is none newer. */
  async function judgeWithoutConsul(own: InSyncSet, { set: record, heartbeat }: Picture): Promise<Verdict> {
    const found = await findNewest(own)
    if (found.missing.length > 0) return mayNot(`Consul lost the set, and no answer from ${found.missing.join(', ')}`)
    if (!isMember(found.set, self)) return mayNot('it is not in the newest in-sync set that its members know')
    const here = (await position())?.txid ?? 0n
    if (found.positions.length > 0 && found.positions.every((there) => there > here)) {
      return mayNot('its disk is older than that of every other member')
    }
    return { kind: 'may', base: found.set, setIndex: record?.index ?? 0, acked: heartbeat?.acked }
  }

  async function findNewest(start: InSyncSet) {
    let set = start
    const asked = new Map<string, SetAnswer>()
    for (;;) {
      const next = set.members.find(({ node }) => node !== self.node && !asked.has(node))
      if (!next) break
      const answer = await askForSet(next.node, next.address).catch(() => undefined)
      if (!answer) return { set, positions: [], missing: [next.node] }
      asked.set(next.node, answer)
      const heard = parseSet(answer.set ?? '')
      if (heard && isNewer(heard, set)) set = heard
    }
    const others = set.members.filter(({ node }) => node !== self.node)
    // The same node with another disk cannot say what the member knew.
    const missing = others.filter(({ node, disk }) => asked.get(node)?.disk !== disk).map(({ node }) => node)
    const positions = others.map(({ node }) => parsePosition(asked.get(node)?.position ?? '')?.txid ?? 0n)
    return { set, positions, missing }
  }

  async function judgeFirstStart(picture: Picture): Promise<Verdict> {
    const isTold = permissionFor(picture) === 'init'
    const others = connected()
    if (!isTold && expectedNodes === undefined) return mayNot('the cluster was never initialized: run `atoll init`')
    if (!isTold && others.length + 1 < expectedNodes!) {
      return mayNot(`${others.length + 1} of ${expectedNodes} expected nodes are here`)
    }
    const answers = await Promise.all(others.map(({ node, address }) => askForSet(node, address))).catch(
      () => undefined,
    )
    if (!answers) return mayNot('a node does not say whether the cluster exists')
    if (answers.some(({ set }) => set !== undefined)) return mayNot('another node knows that the cluster exists')
    const here = (await position())?.txid ?? 0n
    if (!isTold && answers.some((answer) => (parsePosition(answer.position ?? '')?.txid ?? 0n) > here)) {
      return mayNot('another node has more data')
    }
    const base = { lineage: randomUUID(), version: 0, members: [self], removed: [] }
    return { kind: 'may', base, setIndex: 0, acked: undefined }
  }

  /** A cluster of its own from here on: whoever still has the old set is not asked, and leads by the new one only. */
  function acceptLoss({ set: record }: Picture): Verdict {
    const base = { lineage: randomUUID(), version: 0, members: [self], removed: [] }
    return { kind: 'may', base, setIndex: record?.index ?? 0, acked: undefined, beginsAnew: true }
  }
}

function mayNot(reason: string): Verdict {
  return { kind: 'may-not', reason }
}
