import type { Role } from '@atoll/replication'

/** What the choice of the node that takes backups depends on. */
export interface BackupCandidate {
  name: string
  role: Role['kind']
  /** Whether it may become primary, so that writers wait for it. */
  isCandidate: boolean
}

interface Choice {
  nodes: readonly BackupCandidate[]
  /** Whether a candidate can leave the in-sync set for a while: only with a guard. */
  canStepAside: boolean
  minInSync: number
}

/**
 * The one node that takes backups, the same seen from each: a replica that nobody waits for, else a candidate that can
 * be spared, else the primary. Nobody while no primary is known.
 */
export function chooseBackupNode({ nodes, canStepAside, minInSync }: Choice): string | undefined {
  const primary = nodes.find(({ role }) => role === 'primary')
  if (!primary) return undefined
  const candidates = nodes.filter(({ isCandidate, role }) => isCandidate && role !== 'unknown')
  const isOneSpare = canStepAside && candidates.length > minInSync
  const replicas = nodes.filter(({ role, isCandidate }) => role === 'replica' && (!isCandidate || isOneSpare))
  const [chosen = primary] = replicas.toSorted(
    (a, b) => Number(a.isCandidate) - Number(b.isCandidate) || (a.name < b.name ? -1 : 1),
  )
  return chosen.name
}
