import SQLite from 'better-sqlite3'
import type { RepoSchema } from '../schema.ts'

export type Connection = SQLite.Database

interface OpenOptions {
  mode: 'read' | 'write'
  /** On LiteFS, which syncs every commit itself and takes no WAL that is cut to a size. */
  isReplicated: boolean
}

/** Opens a connection with the settings that every connection to a repo's database has. */
export function openConnection(file: string, schema: RepoSchema, { mode, isReplicated }: OpenOptions): Connection {
  const isReader = mode === 'read'
  const connection = new SQLite(file, { readonly: isReader, fileMustExist: isReader, timeout: 5000 })
  try {
    if (!isReader) {
      connection.pragma('journal_mode = WAL')
      // An acknowledged write must survive a power cut, not just the process.
      connection.pragma(`synchronous = ${isReplicated ? 'NORMAL' : 'FULL'}`)
      if (!isReplicated) connection.pragma('journal_size_limit = 67108864')
    }
    connection.pragma('foreign_keys = ON')
    connection.pragma('cache_size = -8192')
    connection.pragma('temp_store = MEMORY')
    for (const [name, implementation] of Object.entries(schema.functions ?? {})) {
      connection.function(name, { deterministic: true }, implementation as (...args: unknown[]) => unknown)
    }
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}
