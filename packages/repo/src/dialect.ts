import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { RepoError } from './errors.ts'
import type { Statement, StatementResult } from './protocol.ts'

/** Statements that wait together are to be sent together; Kysely would send one after the other was answered. */
class ConcurrentAdapter extends SqliteAdapter {
  override get supportsMultipleConnections() {
    return true
  }
}

const adapter = new ConcurrentAdapter()
const compiler = new SqliteQueryCompiler()

/** A Kysely whose statements run elsewhere. It has no transactions: those are operations. */
export function portKysely<Database>(run: (statement: Statement) => Promise<StatementResult>): Kysely<Database> {
  const connection: DatabaseConnection = {
    async executeQuery<Row>(query: CompiledQuery) {
      return toQueryResult<Row>(await run({ sql: query.sql, parameters: query.parameters }))
    },
    // biome-ignore lint/correctness/useYield: rows cross a message port whole
    async *streamQuery() {
      throw new RepoError('failed', 'queries do not stream here: page through the rows instead')
    },
  }
  const driver: Driver = {
    init: nothing,
    acquireConnection: async () => connection,
    beginTransaction: refuseTransaction,
    commitTransaction: refuseTransaction,
    rollbackTransaction: refuseTransaction,
    releaseConnection: nothing,
    destroy: nothing,
  }
  return new Kysely<Database>({
    dialect: {
      createAdapter: () => adapter,
      createDriver: () => driver,
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => compiler,
    },
  })
}

export function toQueryResult<Row>({ rows, changes, lastInsertRowid }: StatementResult): QueryResult<Row> {
  if (changes === undefined) return { rows: rows as Row[] }
  return { rows: rows as Row[], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid!) }
}

async function nothing() {}

async function refuseTransaction(): Promise<never> {
  throw new RepoError(
    'interactive_transaction',
    [
      'a transaction cannot wait for this process while it holds the writer; write an operation instead:',
      "  const publish = defineOperation<Tables>()({ name: 'posts.publish', version: 1, input: schema,",
      '    run: async (tx, input) => { … } })',
      '  await repo.run(publish, input)',
    ].join('\n'),
  )
}
