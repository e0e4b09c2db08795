import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { prepareThread } from './pool.ts'

export interface WatchOptions {
  folder: string
  /**
   * Called once at the start, and after each change; never while an earlier call has not ended. `paths`: the files that
   * may have changed, relative to the folder, if they are few; then it is called again later for the folder as a whole.
   */
  onChange: (paths?: string[]) => Promise<void>
  signal: AbortSignal
  /** Called at each event, before `onChange`, with what seems to have changed. Starts a thread by default. */
  onEvent?: (folder: string, path: string) => void
  /** After files were reported by name, the folder as a whole is once it was quiet for so long. 3 s by default. */
  checkAfterMs?: number
}

/** A change is reported after this long without another, in milliseconds, but not later than `patienceMs`. */
const quietMs = 20
const patienceMs = 500
/** So many files are reported by name. The system drops events only when thousands come. */
const mostNames = 16
/** How often the folder is read when the system has no watchers left to give. */
const blindMs = 10_000
/** How often to look whether the folder is still the one that is watched: it may be replaced as a whole. */
const lookMs = 1000

/**
 * Watches a folder and its sub-folders until the signal, with a watcher for each folder: Node's recursive watching
 * lists every file first, which takes 50 ms of this thread for 10,000, and stays with a folder that another replaced.
 * Events only say where something happened: what it was is for the import to find out, so none has to be understood;
 * and a little later it reads the folder as a whole, so none has to come.
 */
export async function watchContent({
  folder,
  onChange,
  signal,
  onEvent = prepareThread,
  checkAfterMs = 3000,
}: WatchOptions): Promise<void> {
  const watchers = new Map<string, FSWatcher>()
  let wake = () => {}
  let lastEvent = 0
  // What changed since the folder was last read, and before it was watched, has no event.
  let hasNews = true
  let hasNewFolders = false
  let isBlind = false
  let readAt = 0
  /** What changed since the last report; nothing when that could be anything. */
  let names: Set<string> | undefined
  let check: NodeJS.Timeout | undefined

  const looking = setInterval(look, lookMs)
  const onAbort = () => wake()
  signal.addEventListener('abort', onAbort)
  watchAll()
  try {
    while (!signal.aborted) {
      if (!hasNews) await new Promise<void>((resolve) => (wake = resolve))
      if (!hasNews) continue
      await untilQuiet()
      hasNews = false
      readAt = performance.now()
      const paths = names && names.size <= mostNames && !hasNewFolders ? [...names] : undefined
      names = new Set()
      // New folders are watched before their files are read: what comes into them later has its own event.
      if (hasNewFolders) watchAll()
      clearTimeout(check)
      if (paths) check = setTimeout(report, checkAfterMs)
      if (!signal.aborted) await onChange(paths)
    }
  } finally {
    clearInterval(looking)
    clearTimeout(check)
    signal.removeEventListener('abort', onAbort)
    closeAll()
  }

  function noticeEvent(directory: string, type: string, name: string | null) {
    // Editors keep what is not saved yet in files that begin with a dot.
    if (name?.startsWith('.')) return
    if (type === 'rename' && (name === null || concernsFolder(join(directory, name)))) hasNewFolders = true
    if (name === null) return report()
    const path = relative(folder, join(directory, name)).replaceAll(sep, '/')
    onEvent(folder, path)
    if (names && names.size <= mostNames) names.add(path)
    noticeNews()
  }

  /** Something has changed, and nobody knows what. */
  function report() {
    names = undefined
    noticeNews()
  }

  function noticeNews() {
    lastEvent = performance.now()
    hasNews = true
    wake()
  }

  function concernsFolder(path: string): boolean {
    return [...watchers.keys()].some((key) => key.endsWith(` ${path}`)) || identityOf(path) !== undefined
  }

  async function untilQuiet() {
    const latest = performance.now() + patienceMs
    for (;;) {
      const now = performance.now()
      const rest = Math.min(lastEvent + quietMs, latest) - now
      if (rest <= 0 || signal.aborted) return
      await delay(rest)
    }
  }

  /** Notices a folder that was removed, put back, or swapped for another. */
  function look() {
    if (isBlind && performance.now() - readAt > blindMs) return report()
    const root = identityOf(folder)
    if (root ? watchers.has(`${root} ${folder}`) : watchers.size === 0) return
    watchAll()
    report()
  }

  /** Watches every folder that is there, by what it is and not by its name only: another may have taken its place. */
  function watchAll() {
    hasNewFolders = false
    isBlind = false
    const folders = new Map(foldersIn(folder).map((path) => [`${identityOf(path)} ${path}`, path]))
    for (const [key, watcher] of watchers) if (!folders.has(key)) close(key, watcher)
    for (const [key, path] of folders) if (!watchers.has(key)) open(key, path)
  }

  function open(key: string, path: string) {
    try {
      const watcher = watch(path, (type, name) => noticeEvent(path, type, name))
      watcher.on('error', () => close(key, watcher))
      watchers.set(key, watcher)
    } catch (error) {
      // One that is gone since its parent was listed has an event there.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') isBlind = true
    }
  }

  function close(key: string, watcher: FSWatcher) {
    watcher.close()
    watchers.delete(key)
  }

  function closeAll() {
    for (const [key, watcher] of watchers) close(key, watcher)
  }
}

/** A folder and all below it, except those that begin with a dot. */
function foldersIn(folder: string): string[] {
  if (identityOf(folder) === undefined) return []
  return [folder, ...listFolders(folder).flatMap((name) => foldersIn(join(folder, name)))]
}

function listFolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
  } catch {
    return []
  }
}

/** Tells a folder from another at its place, which often gets the same inode; nothing for what is no folder. */
function identityOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats?.isDirectory() ? `${stats.dev} ${stats.ino} ${stats.birthtimeMs}` : undefined
}
