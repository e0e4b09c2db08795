import type { Position } from './protocol.ts'

/** What the repo needs of the nodes around it. Whoever composes the parts passes it in. */
export interface ClusterSeam {
  /** This node's name: the one that LiteFS knows it by. */
  readonly name: string
  readonly replication: ReplicationSeam
  /** Where the node of that name takes calls; nothing while discovery has not found it. */
  locate(name: string): { address: string } | undefined
  /**
   * Calls a method of the node at an address. Rejects with an error that has `applied: 'no'` only when nothing can
   * have been received.
   */
  call(address: string, method: string, payload: unknown, options: CallOptions): Promise<unknown>
  /** Answers a method's calls from other nodes. Returns how to stop. */
  handle(method: string, handler: CallHandler): () => void
  readonly inSyncSet: InSyncSet
  readonly lease: WriteLease
}

export interface CallOptions {
  signal?: AbortSignal
  deadlineMs: number
}

/** `from` is known for certain: calls between nodes are authenticated. */
export type CallHandler = (payload: unknown, from: { node: string }) => Promise<unknown>

export type Role = { kind: 'primary' } | { kind: 'replica'; primary: string } | { kind: 'unknown' }

export type ReplicationEvent =
  | { kind: 'role'; role: Role }
  | { kind: 'transaction'; position: Position }
  | { kind: 'reset' }

/** The part of `@atoll/replication` that the repo uses. */
export interface ReplicationSeam {
  readonly role: Role
  position(): Promise<Position | undefined>
  events(signal: AbortSignal): AsyncIterable<ReplicationEvent>
}

/** The candidates that have every acknowledged write. */
export interface InSyncSet {
  /**
   * Resolves when every member of the set, and of one that may be about to replace it, has reported a position that
   * this primary itself produced at or after `position` in this reign. Rejects when `signal` aborts.
   */
  whenCovered(position: Position, signal: AbortSignal): Promise<{ copies: number }>
  /** The members now, for people to see. */
  members?(): readonly InSyncMember[]
}

export interface InSyncMember {
  name: string
  /** How far it said it is, in this reign. */
  position?: Position
}

export type LeaseState =
  /** `term` names one holding of the lease: the same name again means that nobody else held it in between. */
  | { kind: 'held'; term: string }
  | { kind: 'not-held' }
  /**
   * No new writes: a handover is under way, or, when it says so, there are too few members to take them, or no room on
   * the disk and nobody to hand over to.
   */
  | { kind: 'draining'; because?: 'handover' | 'full-disk' | 'few-members' }

/** Whether this node's right to write can be proven now. */
export interface WriteLease {
  readonly state: LeaseState
  onChange(listener: () => void): () => void
  /**
   * `listener` is called when this node is about to be handed the lease: no write waits before what it returns
   * resolves. Returns how to stop.
   */
  onPrepare?(listener: () => Promise<void>): () => void
  /** Told while `draining`, once no transaction is running and none will begin. */
  drained?(): void
}
