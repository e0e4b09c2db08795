/** What one node is known to be. */
export interface NodeStatus {
  name: string
  region: string
  version: string
  role: 'primary' | 'replica' | 'unknown'
  /** The one that tells. */
  isHere: boolean
  /** LiteFS's transaction id and checksum, as the node itself said a moment ago; two are the same only if both are. */
  position?: string | undefined
  /** How long ago the primary had what this node lacks; 0 when it lacks nothing; absent when that is not known. */
  lagMs?: number | undefined
  lagTransactions?: number | undefined
  /** The last values of `lagMs`, oldest first. */
  lagHistory?: number[] | undefined
}

export interface Failover {
  /** When there was a primary again, ISO 8601. */
  at: string
  from?: string | undefined
  to: string
  /** How long there was none. */
  durationMs: number
}

export interface BackupStatus {
  backup?: { at: string; bytes: number; node: string } | undefined
  drill?:
    | { at: string; isGood: boolean; backup?: string | undefined; reason?: string | undefined; durationMs: number }
    | undefined
  failure?: { at: string; reason: string } | undefined
}

/** How this site is, for people and programs. */
export interface Status {
  version: string
  /** When this process began, ISO 8601. */
  since: string
  nodes: NodeStatus[]
  /** Newest first; of those that this node saw. */
  failovers: Failover[]
  /** Absent where no backups are taken. */
  backups?: BackupStatus | undefined
  /** Of the content: when the published one was imported. */
  publishedAt?: string | undefined
  /** What `/ready` complains about. */
  troubles: string[]
}

/** What everybody may know: no names of machines, and no reasons, which may hold paths and addresses. */
export function publicStatus(status: Status): Status {
  return {
    ...status,
    nodes: status.nodes.map((node, index) => ({ ...node, name: `${node.region}-${index + 1}` })),
    failovers: status.failovers.map(({ at, durationMs }) => ({ at, durationMs, to: '' })),
    backups: status.backups && publicBackups(status.backups),
    troubles: status.troubles.map((trouble) => trouble.replace(/:.*/s, '')),
  }
}

function publicBackups({ backup, drill, failure }: BackupStatus): BackupStatus {
  return {
    backup: backup && { ...backup, node: '' },
    drill: drill && { ...drill, reason: undefined },
    failure: failure && { at: failure.at, reason: '' },
  }
}
