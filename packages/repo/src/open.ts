import type { DatabaseHost } from './host/database-host.ts'
import { openProcessHost } from './host/process-host.ts'
import { openThreadHost } from './host/thread-host.ts'
import type { Middleware } from './middleware.ts'
import { createRepo, type Repo } from './repo.ts'

export interface OpenDatabaseOptions {
  /** The SQLite file; made when missing. Its folder must exist. */
  file: string
  /** A module that exports `schema: RepoSchema`. */
  schema: URL
  /**
   * Where SQLite runs: on threads of this process, or in a process of its own, which is started again when it dies.
   * On LiteFS it has to be a process, because SQLite can die with LiteFS.
   * @default 'threads'
   */
  host?: 'threads' | 'process'
  /** The file is on LiteFS. @default false */
  isReplicated?: boolean
  /** Threads that read, with `threads`; more than one helps when single reads take long. @default 1 */
  readers?: number
  /** Gets what the database process prints. @default standard error */
  onOutput?: (text: string) => void
}

export interface OpenRepoOptions extends OpenDatabaseOptions {
  /** Functions around every call, the first one outermost. */
  middleware?: readonly Middleware[]
}

/**
 * Opens a database, brings it to the schema, and keeps SQLite away from the caller's thread. Throws a RepoError that
 * names what is wrong with the file.
 */
export async function openRepo<Database>({ middleware = [], ...options }: OpenRepoOptions): Promise<Repo<Database>> {
  const database = openDatabase(options)
  try {
    await database.beginReign({ keep: true })
    await database.startReading()
    reignAgain(database)
    return createRepo<Database>({ database, middleware })
  } catch (error) {
    await database.close()
    throw error
  }
}

/** A database of this node alone, with no reign yet: for those who know who the primary is. */
export function openDatabase(options: OpenDatabaseOptions): DatabaseHost {
  const { file, schema, host = 'threads', isReplicated = false, readers = 1, onOutput = toStandardError } = options
  const data = { file, schemaUrl: schema.href, isReplicated }
  return host === 'process' ? openProcessHost({ ...data, onOutput }) : openThreadHost({ ...data, readers })
}

/** A process that was started again has no reign, and on one machine nobody else begins one. */
function reignAgain(database: DatabaseHost) {
  let wasUnavailable = false
  database.onState((state) => {
    const isBack = wasUnavailable && state.kind === 'ready'
    wasUnavailable = state.kind === 'unavailable'
    // When it fails the file went away again, and comes back with another change of state.
    if (isBack) database.beginReign({ keep: true }).catch(() => {})
  })
}

function toStandardError(text: string) {
  process.stderr.write(text)
}
