import { type DatabaseConnection, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { toQueryResult } from '../dialect.ts'
import { RepoError } from '../errors.ts'
import type { Statement, StatementResult } from '../protocol.ts'

interface LocalKyselyOptions {
  execute: (statement: Statement) => StatementResult
  /** For migrations; an operation runs in a transaction that is not its own to end. */
  transactions?: { begin(): void; commit(): void; rollback(): void }
}

/** A Kysely on a connection of this thread: what operations and migrations get. */
export function localKysely({ execute, transactions }: LocalKyselyOptions): Kysely<never> {
  const connection: DatabaseConnection = {
    async executeQuery(query) {
      return toQueryResult(execute(query))
    },
    // biome-ignore lint/correctness/useYield: a thread of its own has no use for streaming
    async *streamQuery() {
      throw new RepoError('failed', 'operations do not stream: read the rows with execute()')
    },
  }
  const nested = () => {
    throw new RepoError('interactive_transaction', 'an operation is one transaction already: leave transaction() out')
  }
  return new Kysely<never>({
    dialect: {
      createAdapter: () => new LocalAdapter(),
      createDriver: () => ({
        init: async () => {},
        acquireConnection: async () => connection,
        beginTransaction: async () => (transactions?.begin ?? nested)(),
        commitTransaction: async () => (transactions?.commit ?? nested)(),
        rollbackTransaction: async () => (transactions?.rollback ?? nested)(),
        releaseConnection: async () => {},
        destroy: async () => {},
      }),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
}

/** Kysely's adapter is more careful than it needs to be: SQLite rolls DDL back, and statements here run at once. */
class LocalAdapter extends SqliteAdapter {
  override get supportsMultipleConnections() {
    return true
  }

  override get supportsTransactionalDdl() {
    return true
  }
}
