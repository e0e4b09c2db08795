import type { ErrorData } from '../errors.ts'
import type { CommitNotice, Committed, Fence, ReadAnswer, ReadRequest, WriteAnswer, WriteRequest } from '../protocol.ts'
import type { Token } from '../token.ts'

/** What a host asks of an engine, in a thread or in a process. Requests of one turn of the event loop travel together. */
export type EngineRequest =
  | { kind: 'read'; request: ReadRequest }
  | { kind: 'classify'; sql: string }
  | { kind: 'write'; request: WriteRequest }
  | { kind: 'begin_reign'; keep: boolean }
  | { kind: 'end_reign' }
  | { kind: 'fence'; fence: Fence }
  /** Begins to follow the file; tells what changed after `since`. */
  | { kind: 'open'; since?: Token | undefined }
  | { kind: 'look' }
  /** The file system may be gone: looks whether it is. */
  | { kind: 'check_file' }
  | { kind: 'ping' }
  | { kind: 'release_memory' }
  | { kind: 'close' }

export type EngineAnswer =
  | ReadAnswer
  | WriteAnswer
  | { kind: 'classified'; isWrite: boolean }
  | { kind: 'reign'; committed: Committed }
  | { kind: 'noticed' }

export interface Numbered<T> {
  id: number
  body: T
}

/** What an engine can say of the file it reads. */
export type FileState =
  | { kind: 'opening' }
  | { kind: 'waiting_for_schema'; missing: string[] }
  | { kind: 'ready' }
  | { kind: 'unavailable'; error: ErrorData }

/** What an engine says. */
export type FromEngine =
  | { kind: 'state'; state: FileState }
  | { kind: 'commit'; notice: CommitNotice }
  /** `notice` is of the group that is answered: it is announced first, so that caches drop before writers go on. */
  | { kind: 'answers'; answers: Numbered<EngineAnswer>[]; notice?: CommitNotice | undefined }

/** What an engine is started with. */
export interface EngineData {
  file: string
  schemaUrl: string
  /** The file is on LiteFS: its position is read after every group. */
  isReplicated: boolean
}

/** Tells a database process that there is something for its writer to read. */
export const startWriter = 'start writer'
/** The file descriptor in a database process by which its reader says what it reads. */
export const readingsDescriptor = 4
/** The one by which its writer is asked. */
export const writerPipe = 5

/** What a database process is told; the requests are for its reader. */
export type ToProcess = typeof startWriter | Numbered<EngineRequest>[]
