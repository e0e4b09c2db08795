/** A candidate with its data. The same node with a new or another disk is somebody else. */
export interface Member {
  node: string
  /** A random id that lies beside the data. */
  disk: string
  /** Where its guard is reached, for those who know nothing but this set: `host:port`. */
  address: string
}

/** One of the sets that a cluster had. */
export interface SetName {
  /** Made when the cluster was; sets of two clusters are never compared. */
  lineage: string
  version: number
}

/** The candidates that have every acknowledged write; only they may lead. */
export interface InSyncSet extends SetName {
  members: Member[]
  /** Disks that a person removed; they are not taken in again. */
  removed: string[]
}

export function isMember(set: InSyncSet, { node, disk }: Pick<Member, 'node' | 'disk'>): boolean {
  return set.members.some((member) => member.node === node && member.disk === disk)
}

export function isNewer(set: SetName, than: SetName | undefined): boolean {
  return than === undefined || (set.lineage === than.lineage && set.version > than.version)
}

/** Safe at any time: every member that stays has every acknowledged write. */
export function keepOnly(set: InSyncSet, keeps: (member: Member) => boolean): InSyncSet {
  return { ...set, version: set.version + 1, members: set.members.filter(keeps) }
}

export function withMember(set: InSyncSet, member: Member): InSyncSet {
  const others = set.members.filter(({ node }) => node !== member.node)
  return { ...set, version: set.version + 1, members: [...others, member] }
}

export function without(set: InSyncSet, node: string): InSyncSet {
  return keepOnly(set, (member) => member.node !== node)
}

export function withRemoved(set: InSyncSet, disk: string): InSyncSet {
  const others = set.removed.filter((known) => known !== disk)
  return { ...keepOnly(set, (member) => member.disk !== disk), removed: [...others, disk].slice(-50) }
}

export function nameOfSet({ lineage, version }: SetName): SetName {
  return { lineage, version }
}

export function encodeSet(set: InSyncSet): string {
  return JSON.stringify(set)
}

/** Nothing for a text that is no set: what cannot be read proves no membership. */
export function parseSet(text: string): InSyncSet | undefined {
  try {
    const set = JSON.parse(text) as Partial<InSyncSet>
    if (typeof set.lineage !== 'string' || !Number.isSafeInteger(set.version) || !Array.isArray(set.members)) return
    return { lineage: set.lineage, version: set.version!, members: set.members, removed: set.removed ?? [] }
  } catch {
    return undefined
  }
}
