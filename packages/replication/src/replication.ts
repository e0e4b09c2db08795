/** Who may write. It is never guessed: where nothing says so, it is `unknown`. */
export type Role =
  | { kind: 'primary' }
  /** `primary` is the name that LiteFS knows the primary by: its `lease.hostname`. */
  | { kind: 'replica'; primary: string }
  | { kind: 'unknown' }

/** How far a database is. Ids are used again after a failover, so two positions are the same only if both parts are. */
export interface Position {
  txid: bigint
  /** 16 hexadecimal digits. */
  checksum: string
}

export type ReplicationEvent =
  | { kind: 'role'; role: Role }
  | { kind: 'transaction'; position: Position }
  /** The transactions seen before and after this do not follow each other: look at the database again. */
  | { kind: 'reset' }

/** What a replication engine says of one database on one node. */
export interface Replication {
  readonly role: Role
  /** The position on disk now; `undefined` while there is no database. */
  position(): Promise<Position | undefined>
  /**
   * Starts with the role, then tells what happens until `signal` aborts or the replication is closed. A reader that
   * falls behind gets one `reset` in place of what it missed.
   */
  events(signal: AbortSignal): AsyncIterable<ReplicationEvent>
  /** The whole database as of one transaction, as a SQLite file. */
  snapshot(): Promise<ReadableStream<Uint8Array>>
  /** Asks to become the primary; answers before it is one. Does nothing on a primary. */
  promote(): Promise<void>
  /** Ends every iteration of `events`. Closing twice is fine. */
  close(): Promise<void>
}
