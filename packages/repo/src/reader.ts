import type { Compilable, Kysely } from 'kysely'
import { portKysely } from './dialect.ts'
import type { Statement } from './protocol.ts'
import type { Rows } from './run-calls.ts'
import { olderToken, type Token } from './token.ts'

/** Named SELECTs, to be answered from one moment of the database. */
export type SnapshotQueries = Record<string, Compilable<unknown>>

export type Snapshot<Queries extends SnapshotQueries> = {
  [Name in keyof Queries]: Queries[Name] extends Compilable<infer Row> ? Row[] : never
}

/** Reads for one request. It remembers how old its oldest answer is, so that what is made of them can be dated. */
export interface Reader<Database> {
  /** Every `execute()` is a short read transaction of its own. */
  readonly db: Kysely<Database>
  /** Where the database was at the oldest answer; nothing before the first. */
  readonly token: Token | undefined
  /** Several queries in one message and one read transaction. */
  snapshot<Queries extends SnapshotQueries>(queries: Queries): Promise<Snapshot<Queries>>
}

export function openRequestReader<Database>(read: (statements: Statement[]) => Promise<Rows>): Reader<Database> {
  let oldest: Token | undefined
  let db: Kysely<Database> | undefined

  return {
    get db() {
      db ??= portKysely<Database>(async (statement) => (await readDated([statement]))[0]!)
      return db
    },
    get token() {
      return oldest
    },
    async snapshot(queries) {
      const names = Object.keys(queries)
      const results = await readDated(names.map((name) => toStatement(queries[name]!)))
      return Object.fromEntries(names.map((name, index) => [name, results[index]!.rows])) as never
    },
  }

  async function readDated(statements: Statement[]) {
    const { results, token } = await read(statements)
    oldest = olderToken(oldest, token)
    return results
  }
}

export function toStatement(query: Compilable<unknown>): Statement {
  const { sql, parameters } = query.compile()
  return { sql, parameters }
}
