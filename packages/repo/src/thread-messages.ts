import type { ErrorData } from './errors.ts'
import type { Statement, StatementResult } from './protocol.ts'

/** What the repo asks of a thread. Requests of one turn of the event loop travel as one message. */
export type Request =
  | { kind: 'read'; statements: Statement[] }
  | { kind: 'write'; statement: Statement }
  | { kind: 'run'; name: string; version: number; input: unknown }
  | { kind: 'close' }

export type Answer =
  | { kind: 'rows'; results: StatementResult[]; commit: number }
  | { kind: 'value'; value: unknown; commit: number }
  /** SQLite says that the statement would write. */
  | { kind: 'writes' }
  | { kind: 'closed' }
  | { kind: 'error'; error: ErrorData }

export interface Numbered<T> {
  id: number
  body: T
}

/** Topics that one or more commits touched; `commit` is the last of them. */
export interface LocalCommit {
  commit: number
  topics: string[]
}

/** What a thread says. Topics come before the answers of their commit, so that caches drop before writers go on. */
export type FromThread =
  | { kind: 'ready'; commit: number }
  | { kind: 'failed'; error: ErrorData }
  | ({ kind: 'commit' } & LocalCommit)
  | { kind: 'answers'; answers: Numbered<Answer>[] }

/** What a thread is started with. */
export interface ThreadData {
  role: 'reader' | 'writer'
  file: string
  schemaUrl: string
}
