import type SQLite from 'better-sqlite3'
import type { Statement, StatementResult } from '../protocol.ts'
import type { Connection } from './connection.ts'
import { assertAllowed } from './refused.ts'

/** Prepared statements kept for each connection; the least recently used one goes first. */
const preparedLimit = 256

export type Prepared = SQLite.Statement<unknown[]>
type Row = Record<string, unknown>

/** Statements of an application, prepared once. */
export interface Statements {
  /** Throws a RepoError for statements that are the repo's own business. */
  prepare(sql: string): Prepared
  execute(statement: Statement): StatementResult
}

export function keepStatements(connection: Connection): Statements {
  const kept = new Map<string, Prepared>()
  return { prepare, execute: ({ sql, parameters }) => executePrepared(prepare(sql), parameters) }

  function prepare(sql: string): Prepared {
    const known = kept.get(sql)
    if (known) {
      kept.delete(sql)
      kept.set(sql, known)
      return known
    }
    assertAllowed(sql)
    const prepared = connection.prepare<unknown[]>(sql)
    // A write cannot be run again to see its large numbers exactly, so it is exact at once.
    if (!prepared.readonly) prepared.safeIntegers(true)
    kept.set(sql, prepared)
    if (kept.size > preparedLimit) kept.delete(kept.keys().next().value!)
    return prepared
  }
}

/** Runs one statement. Integers beyond ±(2^53 - 1) are bigint, all others number. */
function executePrepared(prepared: Prepared, parameters: readonly unknown[]): StatementResult {
  if (!prepared.reader) {
    const { changes, lastInsertRowid } = prepared.run(...parameters)
    return { rows: [], changes, lastInsertRowid }
  }
  const rows = prepared.all(...parameters) as Row[]
  if (!prepared.readonly) return { rows: rows.map(withNumbers) }
  if (!rows.some(hasInexactNumber)) return { rows }
  try {
    return { rows: (prepared.safeIntegers(true).all(...parameters) as Row[]).map(withNumbers) }
  } finally {
    prepared.safeIntegers(false)
  }
}

/** A number this large may be an integer that lost its last digits. */
function hasInexactNumber(row: Row): boolean {
  for (const name in row) {
    const value = row[name]
    if (typeof value === 'number' && (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER)) return true
  }
  return false
}

function withNumbers(row: Row): Row {
  for (const name in row) {
    const value = row[name]
    if (typeof value !== 'bigint') continue
    if (value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER) row[name] = Number(value)
  }
  return row
}
