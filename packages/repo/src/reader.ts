import type { Compilable, Kysely } from 'kysely'
import { RepoError } from './errors.ts'
import { portKysely } from './port-dialect.ts'
import type { Statement, StatementResult } from './protocol.ts'
import type { ThreadLink } from './thread-link.ts'

/** Named SELECTs, to be answered from one moment of the database. */
export type SnapshotQueries = Record<string, Compilable<unknown>>

export type Snapshot<Queries extends SnapshotQueries> = {
  [Name in keyof Queries]: Queries[Name] extends Compilable<infer Row> ? Row[] : never
}

/** Reads for one request. It remembers how old its oldest answer is, so that what is made of them can be dated. */
export interface Reader<Database> {
  /** Every `execute()` is a short read transaction of its own. */
  readonly db: Kysely<Database>
  /** The oldest commit number an answer came from; Infinity before the first. */
  readonly commit: number
  /** Several queries in one message and one read transaction. */
  snapshot<Queries extends SnapshotQueries>(queries: Queries): Promise<Snapshot<Queries>>
}

export function openRequestReader<Database>(thread: ThreadLink): Reader<Database> {
  let oldest = Number.POSITIVE_INFINITY
  let db: Kysely<Database> | undefined

  return {
    get db() {
      db ??= portKysely<Database>(async (statement) => (await read([statement]))[0]!)
      return db
    },
    get commit() {
      return oldest
    },
    async snapshot(queries) {
      const names = Object.keys(queries)
      const results = await read(names.map((name) => toStatement(queries[name]!)))
      return Object.fromEntries(names.map((name, index) => [name, results[index]!.rows])) as never
    },
  }

  async function read(statements: Statement[]): Promise<StatementResult[]> {
    const answer = await thread.ask({ kind: 'read', statements })
    if (answer.kind !== 'rows') throw new RepoError('read_only', `a reader cannot run: ${statements[0]?.sql}`)
    oldest = Math.min(oldest, answer.commit)
    return answer.results
  }
}

function toStatement(query: Compilable<unknown>): Statement {
  const { sql, parameters } = query.compile()
  return { sql, parameters }
}
