import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { execute, type PreparedStatements } from './connection.ts'
import type { StatementResult } from './protocol.ts'

/** A Kysely on a connection of this thread: what operations and migrations get. */
export function localKysely(prepared: PreparedStatements): Kysely<never> {
  const connection: DatabaseConnection = {
    async executeQuery(query) {
      return toQueryResult(execute(prepared, query))
    },
    // biome-ignore lint/correctness/useYield: a thread of its own has no use for streaming
    async *streamQuery() {
      throw new Error('operations do not stream: read the rows with execute()')
    },
  }
  return new Kysely<never>({
    dialect: {
      createAdapter: () => new TransactionalDdl(),
      createDriver: () => driverOf(connection),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
}

// biome-ignore lint/suspicious/noExplicitAny: Kysely's own result type for any row
export function toQueryResult({ rows, changes, lastInsertRowid }: StatementResult): any {
  if (changes === undefined) return { rows }
  return { rows, numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid!) }
}

function driverOf(connection: DatabaseConnection): Driver {
  const run = (sql: string) => connection.executeQuery(CompiledQuery.raw(sql))
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: async () => void (await run('BEGIN IMMEDIATE')),
    commitTransaction: async () => void (await run('COMMIT')),
    rollbackTransaction: async () => void (await run('ROLLBACK')),
    releaseConnection: async () => {},
    destroy: async () => {},
  }
}

/** SQLite rolls DDL back like any other statement; Kysely's adapter is more careful than it needs to be. */
class TransactionalDdl extends SqliteAdapter {
  override get supportsTransactionalDdl() {
    return true
  }
}
