import SQLite from 'better-sqlite3'
import { BackupError } from './errors.ts'

export interface Contents {
  site: string
  rows: Record<string, number>
}

/**
 * What is in a database file that nobody else has open. Throws `not_a_database` unless SQLite finds it whole, and
 * `not_a_backup` for the database of another program.
 */
export function readContents(file: string, { isThorough }: { isThorough: boolean }): Contents {
  let database: SQLite.Database | undefined
  try {
    database = new SQLite(file, { readonly: true, fileMustExist: true })
    if (isThorough) checkIntegrity(database, file)
    return { site: siteOf(database, file), rows: countRows(database) }
  } catch (error) {
    if (error instanceof BackupError) throw error
    throw new BackupError('not_a_database', `${file}: ${(error as Error).message}`, { cause: error })
  } finally {
    database?.close()
  }
}

/** The first difference between two databases; nothing when they have the same number of rows everywhere. */
export function differenceOf(expected: Contents, found: Contents): string | undefined {
  if (expected.site !== found.site) return 'it is the database of another site'
  const tables = new Set([...Object.keys(expected.rows), ...Object.keys(found.rows)])
  for (const table of tables) {
    const [wanted, had] = [expected.rows[table], found.rows[table]]
    if (wanted !== had) return `${table} has ${had ?? 'no'} rows instead of ${wanted ?? 'none'}`
  }
  return undefined
}

function checkIntegrity(database: SQLite.Database, file: string) {
  const found = database.pragma('integrity_check(1)', { simple: true })
  if (found !== 'ok') throw new BackupError('not_a_database', `${file}: ${found}`)
}

function siteOf(database: SQLite.Database, file: string): string {
  const table = database.prepare("select 1 from sqlite_master where name = 'site_identity'").get()
  const site = table ? database.prepare<[], string>('select site from site_identity').pluck().get() : undefined
  if (site === undefined) throw new BackupError('not_a_backup', `${file} is the database of another program`)
  return site
}

/** Tables that a module of SQLite keeps for itself are counted through the table they belong to. */
function countRows(database: SQLite.Database): Record<string, number> {
  const tables = database
    .prepare<[], string>(
      `select name from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite!_%' escape '!'`,
    )
    .pluck()
    .all()
  return Object.fromEntries(
    tables.map((table) => [table, database.prepare<[], number>(`select count(*) from "${table}"`).pluck().get()!]),
  )
}
