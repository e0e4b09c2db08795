import { existsSync, statSync } from 'node:fs'
import { encodeError, RepoError } from '../errors.ts'
import type { FileState } from '../host/messages.ts'
import type { CommitNotice, ReadAnswer, ReadRequest, StatementResult } from '../protocol.ts'
import type { Token } from '../token.ts'
import { openConnection } from './connection.ts'
import type { EngineOptions } from './engine.ts'
import { missingMigrations } from './migrate.ts'
import { keepStatements } from './statements.ts'
import { readState, type StateReader, type StateWatch, watchState } from './watch-state.ts'

/** A read-only connection. Everything here throws when the file cannot be read. */
export interface ReaderFile {
  schemaState(): FileState
  /** Throws when the file that is read is not the one at its path any more. */
  assertInPlace(): void
  /** Runs `work` in one read transaction, and tells it where the database is in it. */
  inTransaction<Result>(work: (at: Token) => Result): Result
  read(request: ReadRequest, at: Token): ReadAnswer
  isWrite(sql: string): boolean
  look(): CommitNotice | undefined
  seeFrom(token: Token): void
  close(): void
}

/** `seen` is what a former connection had reported. */
export function openReaderFile({ file, schema, readPosition }: EngineOptions, seen: Token | undefined): ReaderFile {
  // On a cluster that nobody has led yet there is none.
  if (!existsSync(file)) throw new RepoError('database_unavailable', `${file} is not there`)
  const connection = openConnection(file, schema, { mode: 'read', isReplicated: readPosition !== undefined })
  const statements = keepStatements(connection)
  const begin = connection.prepare('BEGIN')
  const end = connection.prepare('COMMIT')
  const device = statSync(file).dev
  let opened: { state: StateReader; watch: StateWatch } | undefined

  return {
    schemaState() {
      const missing = missingMigrations(connection, schema)
      return missing.length > 0 ? { kind: 'waiting_for_schema', missing } : { kind: 'ready' }
    },
    // SQLite maps a part of the file and caches pages: on a mount whose LiteFS died it reads the past without an error.
    assertInPlace() {
      if (statSync(file).dev !== device) throw new RepoError('database_unavailable', `${file} was mounted anew`)
    },
    inTransaction: (work) => transact(() => work(where())),
    read,
    isWrite: (sql) => !statements.prepare(sql).readonly,
    look: () => transact(() => tables().watch.look()),
    seeFrom: (token) => tables().watch.seeFrom(token),
    close: () => void connection.close(),
  }

  function transact<Result>(work: () => Result): Result {
    begin.run()
    try {
      return work()
    } finally {
      if (connection.inTransaction) end.run()
    }
  }

  /** The repo's tables are there once the schema is. */
  function tables() {
    if (!opened) {
      const state = readState(connection)
      opened = { state, watch: watchState(connection, state) }
      if (seen) opened.watch.seeFrom(seen)
    }
    return opened
  }

  function where(): Token {
    const at = tables().state.current()
    if (!at) throw new RepoError('schema_behind', 'no primary has begun to write this database')
    return at
  }

  function read(request: ReadRequest, at: Token): ReadAnswer {
    if (request.token) {
      const coverage = tables().state.coverage(request.token, at)
      if (coverage !== 'covered') return { kind: coverage, at }
    }
    let current = ''
    try {
      const results: StatementResult[] = []
      for (const statement of request.statements) {
        current = statement.sql
        if (!statements.prepare(current).readonly) return refuseWrite(request, current)
        results.push(statements.execute(statement))
      }
      return { kind: 'rows', results, token: at }
    } catch (error) {
      // A failed statement can end the transaction of the readers beside it.
      if (!connection.inTransaction) begin.run()
      const data = encodeError(error, current)
      if (data.code === 'database_unavailable') throw error
      return { kind: 'failed', error: data }
    }
  }
}

function refuseWrite({ statements }: ReadRequest, sql: string): ReadAnswer {
  if (statements.length === 1) return { kind: 'writes' }
  return { kind: 'failed', error: { code: 'read_only', message: `a reader cannot run: ${sql}` } }
}
