import Database from 'better-sqlite3'

export type Value = string | number | bigint | Uint8Array | null
export type Row = Record<string, Value>

/** A row that the saved copy has and the current database has not. */
export interface SalvagedRow {
  table: string
  row: Row
  /** What the current database has under the same key, if anything. */
  now: Row | undefined
}

export interface CompareOptions {
  /** The overtaken primary's database, as the guard saved it. */
  copy: string
  /** A copy of the cluster's database. */
  current: string
  /** Tables that are left out. */
  except?: readonly string[]
}

/**
 * What an overtaken primary had and the cluster has not, table by table. Rows are compared whole; which of them are the
 * same one is decided by the primary key, so a row without one that was changed shows as one that is missing.
 */
export function* compareDatabases({ copy, current, except = [] }: CompareOptions): Generator<SalvagedRow> {
  const database = new Database(copy, { readonly: true, fileMustExist: true })
  try {
    database.defaultSafeIntegers(true)
    // Read-only, as the connection is.
    database.prepare('attach ? as cluster').run(current)
    for (const table of tablesOf(database)) if (!except.includes(table)) yield* compareTable(database, table)
  } finally {
    database.close()
  }
}

/** Not those that SQLite keeps for itself, nor those behind a full-text index. */
function tablesOf(database: Database.Database): string[] {
  const tables = database.prepare("select name from pragma_table_list where schema = 'main' and type = 'table'")
  return (tables.pluck().all() as string[]).filter((name) => !name.startsWith('sqlite_')).toSorted()
}

function* compareTable(database: Database.Database, table: string): Generator<SalvagedRow> {
  const columns = sharedColumns(database, table)
  if (columns.length === 0) {
    for (const row of iterate(database, `select * from main.${quote(table)}`)) yield { table, row, now: undefined }
    return
  }
  const list = columns.map(({ name }) => quote(name)).join(', ')
  const key = columns.filter(({ pk }) => pk > 0).map(({ name }) => name)
  const lookUp =
    key.length > 0 &&
    database.prepare(
      `select ${list} from cluster.${quote(table)} where ${key.map((name) => `${quote(name)} is ?`).join(' and ')}`,
    )
  const missing = `select ${list} from main.${quote(table)} except select ${list} from cluster.${quote(table)}`
  for (const row of iterate(database, missing)) {
    const now = lookUp ? (lookUp.get(...key.map((name) => row[name])) as Row | undefined) : undefined
    yield { table, row, now }
  }
}

/** Columns that both have: a later release may have added some. None when the cluster has no such table. */
function sharedColumns(database: Database.Database, table: string): { name: string; pk: number }[] {
  const columnsIn = (schema: string) =>
    database.prepare('select name, pk from pragma_table_info(?, ?)').safeIntegers(false).all(table, schema) as {
      name: string
      pk: number
    }[]
  const there = new Set(columnsIn('cluster').map(({ name }) => name))
  return columnsIn('main').filter(({ name }) => there.has(name))
}

function iterate(database: Database.Database, sql: string): Iterable<Row> {
  return database.prepare(sql).iterate() as Iterable<Row>
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
