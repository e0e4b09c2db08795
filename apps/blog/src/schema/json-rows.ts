import { type RawBuilder, sql } from 'kysely'

/** `columns` of a JSON array of objects as a SELECT: one statement writes any number of rows. */
export function jsonRows(json: string, columns: readonly string[]): RawBuilder<unknown> {
  const values = columns.map((column) => sql`value ->> ${sql.lit(column)} as ${sql.ref(column)}`)
  return sql`select ${sql.join(values)} from json_each(${json})`
}

/** The values of a JSON array of texts or numbers, for `in`. */
export function jsonValues(json: string): RawBuilder<unknown> {
  return sql`(select value from json_each(${json}))`
}

/** `a, b, c` as references. */
export function columnList(columns: readonly string[]): RawBuilder<unknown> {
  return sql.join(columns.map((column) => sql.ref(column)))
}

/**
 * The end of an upsert: takes over `columns` from the new row where any of them differs. A row that stays the same is
 * not updated, so its triggers stay silent and the pages made from it stay cached.
 */
export function updateWhereDifferent(table: string, key: string, columns: readonly string[]): RawBuilder<unknown> {
  const assignments = columns.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`)
  const current = columnList(columns.map((column) => `${table}.${column}`))
  const next = columnList(columns.map((column) => `excluded.${column}`))
  return sql`on conflict (${sql.ref(key)}) do update set ${sql.join(assignments)} where (${current}) is not (${next})`
}
