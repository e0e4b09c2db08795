import { setTimeout as delay } from 'node:timers/promises'
import {
  type BlogTables,
  expectChange,
  fixOf,
  type ImportReport,
  openPool,
  type Problem,
  renewContent,
  watchContent,
} from '@atoll/blog'
import type { Repo } from '@atoll/repo'
import type { Logger } from 'pino'
import type { Settings } from './settings.ts'
import { describeProblem, describeReport, hasChanges, importSite } from './site-import.ts'

export interface ContentOptions {
  repo: Repo<BlogTables>
  settings: Settings
  log: Logger
  isDev: boolean
  onReport: (report: ImportReport) => void
  /** An import failed as a whole: it will be tried again. */
  onFailure: () => void
}

export interface ContentFolder {
  importOnce(signal: AbortSignal): Promise<ImportReport>
  /** Tries until it works: on a cluster there may be no primary for a while, and a disk may be full. */
  importUntilDone(signal: AbortSignal): Promise<void>
  /** Imports at once and after each change in the folder, each time until it works, until the signal. */
  watch(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** Pauses between tries, in milliseconds; the last is repeated. */
const retryAfterMs = [500, 1000, 2000, 5000, 15_000, 30_000]

/** Brings the content folder into the database. What fails leaves the site as it was. */
export function openContentFolder({ repo, settings, log, isDev, onReport, onFailure }: ContentOptions): ContentFolder {
  const logProblems = logOnce(log)
  // Whoever writes saves often: here the workers stay, with all they have loaded.
  const workers = isDev ? openPool() : undefined
  const pool = workers && { ...workers, close: async () => {} }
  return {
    importOnce,
    importUntilDone,
    async watch(signal) {
      const onChange = (paths?: string[]) => importUntilDone(signal, paths)
      const onEvent = (folder: string, path: string) => {
        if (!pool) expectChange(repo, folder, path)
      }
      if (!signal.aborted) await watchContent({ folder: settings.content, signal, onChange, onEvent })
    },
    close: async () => workers?.close(),
  }

  async function importOnce(signal: AbortSignal, paths?: string[]): Promise<ImportReport> {
    const report = await importSite({ repo, settings, paths, pool, force: isDev, signal })
    // What was published here stays, made by this release's renderer.
    if (report.refused) await renewContent({ repo, signal, largeFileBytes: settings.largeFileMb * 1024 * 1024 })
    logProblems(report.problems)
    onReport(report)
    return report
  }

  async function importUntilDone(signal: AbortSignal, paths?: string[]): Promise<void> {
    for (let tries = 0; !signal.aborted; tries++) {
      // Meanwhile more may change than was told.
      if (await importQuietly(signal, tries === 0 ? paths : undefined)) return
      const pauseMs = retryAfterMs[Math.min(tries, retryAfterMs.length - 1)]
      await delay(pauseMs, undefined, { signal }).catch(() => {})
    }
  }

  /** Whether it worked. */
  async function importQuietly(signal: AbortSignal, paths?: string[]): Promise<boolean> {
    try {
      const report = await importOnce(signal, paths)
      if (hasChanges(report)) log.info(describeReport(report))
      return true
    } catch (error) {
      if (signal.aborted) return false
      log.error({ err: error }, 'the import failed; the site stays as it was')
      onFailure()
      return false
    }
  }
}

/**
 * Every report has all problems there are. Only new ones are logged, with what to do about them; at another line they
 * are still the same.
 */
export function logOnce(log: Pick<Logger, 'warn'>): (problems: readonly Problem[]) => void {
  let known = new Set<string>()
  return (problems) => {
    const current = new Map(problems.map((problem) => [describeProblem({ ...problem, line: 0 }), problem]))
    for (const [key, problem] of current) {
      if (!known.has(key)) log.warn({ fix: fixOf(problem.code) }, describeProblem(problem))
    }
    known = new Set(current.keys())
  }
}
