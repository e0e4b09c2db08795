import { type Compilable, CompiledQuery } from 'kysely'

type Value = string | number | null

/**
 * A SELECT that is written out once, with `:name` where a value goes. For what every request asks: Kysely would build
 * and print the same statement each time, and SQL with several `with` parts reads better as SQL.
 *
 * Write `limit cast(:limit as integer)`: the planner looks into a plain variable there, and so SQLite compiles the
 * statement again for every value, which takes longer than most of these statements run.
 */
export function statement<Row, Values extends Record<string, Value> = Record<never, never>>(
  sql: string,
): (values: Values) => Compilable<Row> {
  return (values) => ({ compile: () => CompiledQuery.raw(sql, [values]) as CompiledQuery<Row> })
}

/**
 * A post that is no draft and whose time has come; the index `posts_listed` is made for it. The cast is for the planner,
 * as above: comparing with a plain variable had every search compiled again, which took a quarter of its time.
 */
export const isPublic = 'is_draft = 0 and listed_at <= cast(:now as text)'
