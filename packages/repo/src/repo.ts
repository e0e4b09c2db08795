import type { Kysely } from 'kysely'
import { RepoError } from './errors.ts'
import type { Operation } from './operation.ts'
import { portKysely } from './port-dialect.ts'
import type { Statement, StatementResult } from './protocol.ts'
import { openRequestReader, type Reader } from './reader.ts'
import type { ThreadLink } from './thread-link.ts'
import type { LocalCommit } from './thread-messages.ts'

export interface RunResult<Output> {
  value: Output
  /** The number of the transaction that holds the write. */
  commit: number
}

export interface Repo<Database> {
  /** Reads and single-statement writes; SQLite says which is which. Transactions are operations. */
  readonly db: Kysely<Database>
  /** The last commit whose topics were announced. */
  readonly commit: number
  /** Reads that remember how old they are. Make one for each request. */
  reader(): Reader<Database>
  /** Runs an operation in the writer's next transaction. */
  run<Input, Output>(operation: Operation<Input, Output>, input: Input): Promise<RunResult<Output>>
  /** Calls back after each commit, before `run` answers its caller. Returns how to stop. */
  onCommit(listener: (notice: LocalCommit) => void): () => void
  /** Waits for what was asked before, then closes the database. Closing twice is fine. */
  close(): Promise<void>
}

interface Threads {
  reading: ThreadLink
  writing: ThreadLink
  announcements: Announcements
}

export function createRepo<Database>({ reading, writing, announcements }: Threads): Repo<Database> {
  const writes = new Set<string>()
  let closing: Promise<void> | undefined

  return {
    db: portKysely<Database>(runStatement),
    get commit() {
      return announcements.commit
    },
    reader: () => openRequestReader<Database>(reading),
    async run<Input, Output>(operation: Operation<Input, Output>, input: Input) {
      const { name, version } = operation
      const answer = await writing.ask({ kind: 'run', name, version, input })
      if (answer.kind !== 'value') throw unexpected(answer.kind)
      return { value: answer.value as Output, commit: answer.commit }
    },
    onCommit: announcements.listen,
    close() {
      closing ??= writing.close().then(() => reading.close())
      return closing
    },
  }

  async function runStatement(statement: Statement): Promise<StatementResult> {
    if (!writes.has(statement.sql)) {
      const answer = await reading.ask({ kind: 'read', statements: [statement] })
      if (answer.kind === 'rows') return answer.results[0]!
      if (writes.size > 1000) writes.clear()
      writes.add(statement.sql)
    }
    const answer = await writing.ask({ kind: 'write', statement })
    if (answer.kind !== 'rows') throw unexpected(answer.kind)
    return answer.results[0]!
  }
}

export type Announcements = ReturnType<typeof createAnnouncements>

/** Both threads notice commits; each commit is announced once. */
export function createAnnouncements() {
  const listeners = new Set<(notice: LocalCommit) => void>()
  let announced = 0

  return {
    get commit() {
      return announced
    },
    startAt(commit: number) {
      announced = Math.max(announced, commit)
    },
    announce({ commit, topics }: LocalCommit) {
      if (commit <= announced) return
      announced = commit
      for (const listener of listeners) listener({ commit, topics })
    },
    listen(listener: (notice: LocalCommit) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function unexpected(kind: string): RepoError {
  return new RepoError('failed', `a thread of the repo answered ${kind}`)
}
