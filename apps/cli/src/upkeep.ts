import { setTimeout as delay } from 'node:timers/promises'
import type { BlogTables } from '@atoll/blog'
import type { Repo } from '@atoll/repo'
import type { ContentFolder } from './content.ts'
import type { SiteDatabase } from './database.ts'
import type { Settings } from './settings.ts'
import { describeReport } from './site-import.ts'
import { whilePrimary } from './while-primary.ts'

export interface Upkeep {
  /** Resolves when there is content to be served; rejects when there cannot be. */
  ready: Promise<void>
  /** Resolves after the signal. */
  ended: Promise<void>
}

interface UpkeepOptions {
  database: SiteDatabase
  content: ContentFolder
  settings: Pick<Settings, 'watch'>
  signal: AbortSignal
}

/** How long a new primary of a site that has content leaves the folder alone. */
const settlesMs = 3000

/**
 * Brings the content folder into the database and keeps it there: on one machine at the start, on a cluster whenever
 * this node is the primary, so also when it becomes that later.
 */
export function keepContent({ database, content, settings, signal }: UpkeepOptions): Upkeep {
  if (database.kind === 'embedded') {
    const ready = importFirst()
    // Why there is nothing to watch is for whoever waits for `ready` to hear.
    return {
      ready,
      ended: ready.then(
        () => watch(signal),
        () => {},
      ),
    }
  }
  const ended = whilePrimary(database.replication, signal, async (term) => {
    await untilReadable(database.repo, term)
    // Writes that were parked come first: an import loads the renderer, and takes every processor there is.
    if (await isPublished(database.repo)) await delay(settlesMs, undefined, { signal: term }).catch(() => {})
    await content.importUntilDone(term)
    await watch(term)
  })
  return { ready: untilPublished(database.repo, signal), ended }

  async function importFirst(): Promise<void> {
    // What was published is served whatever is wrong, be it a full disk: watching tries again, and tells what it is.
    const hasContent = settings.watch && (await isPublished(database.repo))
    const report = await content.importOnce(signal).catch((error) => {
      if (!hasContent) throw error
    })
    if (report) console.log(describeReport(report))
  }

  async function watch(until: AbortSignal): Promise<void> {
    if (settings.watch) await content.watch(until)
  }
}

/** A new cluster has no database before its first reign, and a new release no schema before it has migrated. */
async function untilReadable(repo: Repo<BlogTables>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && repo.state.database.kind !== 'ready') {
    await delay(50, undefined, { signal }).catch(() => {})
  }
}

/** A new node has nothing to show until the first import has arrived. */
async function untilPublished(repo: Repo<BlogTables>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const next = nextCommit(repo, signal)
    if (await isPublished(repo)) return next.forget()
    await next.come
    next.forget()
  }
}

/** A database that cannot be read yet has nothing published. */
async function isPublished(repo: Repo<BlogTables>): Promise<boolean> {
  const { db } = repo.reader()
  return db
    .selectFrom('content_state')
    .select('number')
    .execute()
    .then(
      (rows) => rows.length > 0,
      () => false,
    )
}

/** Also comes after a second: that the schema has arrived is no commit. */
function nextCommit(repo: Repo<BlogTables>, signal: AbortSignal) {
  const { promise: come, resolve } = Promise.withResolvers<void>()
  const stop = repo.onCommit(() => resolve())
  const timer = setTimeout(resolve, 1000)
  const abort = () => resolve()
  signal.addEventListener('abort', abort)
  return {
    come,
    forget() {
      stop()
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    },
  }
}
