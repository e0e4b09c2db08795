import type { ClusterSeam } from './cluster-seam.ts'
import { aloneOn } from './forwarding/alone.ts'
import { type JoinOptions, joinCluster } from './forwarding/join-cluster.ts'
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
  /** Makes this database one copy of many: `file` is on LiteFS, `host` is a process, and writes go to the primary. */
  cluster?: ClusterOptions
}

export interface ClusterOptions extends Omit<JoinOptions, 'host' | 'cluster'> {
  /** The nodes around this one. */
  seam: ClusterSeam
}

/**
 * Opens a database, brings it to the schema, and keeps SQLite away from the caller's thread. Throws a RepoError that
 * names what is wrong with the file. In a cluster it opens at once, whatever the others do: `state` says what it
 * waits for.
 */
export async function openRepo<Database>(options: OpenRepoOptions): Promise<Repo<Database>> {
  const { middleware = [], cluster, ...database } = options
  return cluster
    ? openInCluster<Database>({ host: 'process', isReplicated: true, ...database }, cluster, middleware)
    : openAlone<Database>(database, middleware)
}

async function openInCluster<Database>(
  options: OpenDatabaseOptions,
  { seam, ...joining }: ClusterOptions,
  middleware: readonly Middleware[],
): Promise<Repo<Database>> {
  const database = openDatabase(options)
  await database.startReading()
  return createRepo<Database>({
    database,
    node: joinCluster({ host: database, cluster: seam, ...joining }),
    middleware,
  })
}

async function openAlone<Database>(
  options: OpenDatabaseOptions,
  middleware: readonly Middleware[],
): Promise<Repo<Database>> {
  const database = openDatabase(options)
  try {
    await database.beginReign({ keep: true })
    await database.startReading()
    reignAgain(database)
    return createRepo<Database>({ database, node: aloneOn(database), middleware })
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
