import { setTimeout as delay } from 'node:timers/promises'
import { type BlogTables, type ImportReport, renewContent, watchContent } from '@atoll/blog'
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
}

export interface ContentFolder {
  importOnce(signal: AbortSignal): Promise<ImportReport>
  /** Tries until it works: on a cluster there may be no primary for a while. */
  importUntilDone(signal: AbortSignal): Promise<void>
  /** Imports after each change in the folder, until the signal. */
  watch(signal: AbortSignal): Promise<void>
}

/** Pauses between tries, in milliseconds; the last is repeated. */
const retryAfterMs = [500, 1000, 2000, 5000, 15_000, 30_000]

/** Brings the content folder into the database. What fails leaves the site as it was. */
export function openContentFolder({ repo, settings, log, isDev, onReport }: ContentOptions): ContentFolder {
  return {
    importOnce,
    async importUntilDone(signal) {
      for (let tries = 0; !signal.aborted; tries++) {
        if (await importQuietly(signal)) return
        const pauseMs = retryAfterMs[Math.min(tries, retryAfterMs.length - 1)]
        await delay(pauseMs, undefined, { signal }).catch(() => {})
      }
    },
    async watch(signal) {
      const onChange = async () => void (await importQuietly(signal))
      if (!signal.aborted) await watchContent({ folder: settings.content, signal, onChange })
    },
  }

  async function importOnce(signal: AbortSignal): Promise<ImportReport> {
    const report = await importSite({ repo, settings, force: isDev, signal })
    // What was published here stays, made by this release's renderer.
    if (report.refused) await renewContent({ repo, signal, largeFileBytes: settings.largeFileMb * 1024 * 1024 })
    for (const problem of report.problems) log.warn(describeProblem(problem))
    onReport(report)
    return report
  }

  /** Whether it worked. */
  async function importQuietly(signal: AbortSignal): Promise<boolean> {
    try {
      const report = await importOnce(signal)
      if (hasChanges(report)) log.info(describeReport(report))
      return true
    } catch (error) {
      if (!signal.aborted) log.error({ err: error }, 'the import failed; the site stays as it was')
      return false
    }
  }
}
