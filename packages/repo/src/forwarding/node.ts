import type { InSyncMember, Role } from '../cluster-seam.ts'
import type { ErrorData } from '../errors.ts'
import type { DatabaseState } from '../host/database-host.ts'
import type { RunCall } from '../run-calls.ts'
import type { Epoch, Token } from '../token.ts'
import type { Leadership } from './leadership.ts'

/** `behind`: not yet. `lost`: never, a failover undid it. */
export type Coverage = 'covered' | 'behind' | 'lost'

export interface WaitForOptions {
  /** Default 1000. */
  waitMs?: number
  signal?: AbortSignal
}

/** What a node knows of its place in the cluster, for `/ready` and for people. */
export interface NodeState {
  role: Role
  leadership: Leadership['kind']
  epoch: Epoch | undefined
  database: DatabaseState
  /**
   * Writes that wait for an answer on this node; how often one was parked, sent again, and found to have run; and how
   * many this node refused as primary, because it could not prove that it may write.
   */
  writes: { waiting: number; bytes: number; parked: number; retried: number; found: number; fenced: number }
  /** Reads with a token that had to wait, and that the primary answered. */
  reads: { waited: number; elsewhere: number }
  inSync: readonly InSyncMember[]
  /** What went wrong when this node last tried to begin a reign. */
  problem: ErrorData | undefined
}

/** Where the chain of middleware ends: a database of one machine, or one of many nodes. */
export interface RepoNode {
  run: RunCall
  /** Whether this node, its caches included, is at the token; waits until it is, for a while. */
  waitFor(token: Token, options?: WaitForOptions): Promise<Coverage>
  readonly state: NodeState
  close(): Promise<void>
}
