import type { RepoError } from '../errors.ts'
import type { CommitNotice, Committed, Fence, ReadAnswer, ReadRequest, WriteAnswer, WriteRequest } from '../protocol.ts'
import type { Token } from '../token.ts'

/** Whether this node's database can be read. */
export type DatabaseState =
  | { kind: 'opening' }
  /** It is there, and migrations that this release needs have not arrived. */
  | { kind: 'waiting_for_schema'; missing: string[] }
  | { kind: 'ready' }
  /** The file, its file system or the process that holds it cannot be reached; it is tried again by itself. */
  | { kind: 'unavailable'; error: RepoError }

/**
 * This node's database, wherever its connections are: in threads, or in a process of their own. It knows nothing of
 * other nodes.
 */
export interface DatabaseHost {
  readonly state: DatabaseState
  /** Calls back after each change of `state`. Returns how to stop. */
  onState(listener: (state: DatabaseState) => void): () => void

  /** How far the commits are announced, and so how far every cache above has followed; nothing before the first. */
  readonly announced: Token | undefined
  /** Calls back after each commit, in order, before its writer is answered. Returns how to stop. */
  onCommit(listener: (notice: CommitNotice) => void): () => void

  /** Begins to follow the file: `state`, commits. On one machine after `beginReign`, which makes the file. */
  startReading(): Promise<void>

  /** SQLite's own word for whether a statement writes. Rejects with a RepoError for one that is refused or wrong. */
  isWrite(sql: string): Promise<boolean>
  /** Answers at once, also with `behind`. Rejects with a RepoError only when the host is closed. */
  read(request: ReadRequest): Promise<ReadAnswer>
  /** Never rejects: whatever happens is an answer, and its error says whether the write may have happened. */
  write(request: WriteRequest): Promise<WriteAnswer>

  /** Does what can be done ahead of `beginReign`: starts the writer, which loads the application's code. */
  prepareReign(): Promise<void>
  /**
   * Opens the writer, brings the schema up to date, and begins an epoch; then writes are taken. With `keep` the last
   * epoch goes on: right where nobody else can have written, as on one machine. Needed again whenever `state` has
   * left `ready` and come back. Rejects with a RepoError.
   */
  beginReign(options?: { keep?: boolean }): Promise<Committed>
  /** Closes the writer, after the group that runs. */
  endReign(): Promise<void>
  /** Resolves when the writer has taken notice: with a closed fence no group is running then. Open at first. */
  setFence(fence: Fence): Promise<void>

  /**
   * From now on, and also for a read that is under way: what holds its transaction for longer is ended by force, and
   * fails with `read_too_long`. Only a process can be ended, and is after some seconds in any case; threads are not.
   */
  limitReads(longestMs: number): void
  /**
   * The file system may be gone. A connection that begins a transaction there hangs for ten seconds, because SQLite takes
   * each lock that fails for one that is held: a process that does not say within a second that it is free is ended.
   */
  checkFile(): void
  /** The database has moved, by somebody else's hand: look what changed. */
  look(): void
  /** Nothing that was read before can be relied on: drop everything, and look again. */
  reset(): void

  /** See `Repo`. */
  releaseMemory(): Promise<void>

  /** Finishes what was asked before. Closing twice is fine. */
  close(): Promise<void>
}
