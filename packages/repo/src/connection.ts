import SQLite from 'better-sqlite3'
import type { Statement, StatementResult } from './protocol.ts'
import type { RepoSchema } from './schema.ts'

export type Connection = SQLite.Database

/** Prepared statements kept for each connection; the least recently used one goes first. */
const preparedLimit = 256

/** Opens a connection with the settings that every connection to a site's database has. */
export function openConnection(file: string, schema: RepoSchema, options: { readonly: boolean }): Connection {
  const connection = new SQLite(file, { readonly: options.readonly, fileMustExist: options.readonly, timeout: 5000 })
  if (!options.readonly) {
    connection.pragma('journal_mode = WAL')
    // An acknowledged write must survive a power cut, not just the process.
    connection.pragma('synchronous = FULL')
    connection.pragma('journal_size_limit = 67108864')
  }
  connection.pragma('foreign_keys = ON')
  connection.pragma('cache_size = -8192')
  connection.pragma('temp_store = MEMORY')
  for (const [name, implementation] of Object.entries(schema.functions ?? {})) {
    connection.function(name, { deterministic: true }, implementation as (...args: unknown[]) => unknown)
  }
  return connection
}

export interface PreparedStatements {
  get(sql: string): SQLite.Statement<unknown[]>
}

export function keepPrepared(connection: Connection): PreparedStatements {
  const prepared = new Map<string, SQLite.Statement<unknown[]>>()
  return {
    get(sql) {
      const known = prepared.get(sql)
      if (known) {
        prepared.delete(sql)
        prepared.set(sql, known)
        return known
      }
      const statement = connection.prepare<unknown[]>(sql)
      prepared.set(sql, statement)
      if (prepared.size > preparedLimit) prepared.delete(prepared.keys().next().value!)
      return statement
    },
  }
}

/** Runs one statement; `reader` is SQLite's own word for "returns rows". */
export function execute(prepared: PreparedStatements, { sql, parameters }: Statement): StatementResult {
  const statement = prepared.get(sql)
  if (statement.reader) return { rows: statement.all(...parameters) }
  const { changes, lastInsertRowid } = statement.run(...parameters)
  return { rows: [], changes, lastInsertRowid: Number(lastInsertRowid) }
}
