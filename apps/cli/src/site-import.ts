import { type BlogTables, fixOf, type ImportReport, importContent, type Pool, type Problem } from '@atoll/blog'
import type { Repo } from '@atoll/repo'
import { showProgress } from './progress.ts'
import type { Settings } from './settings.ts'

interface SiteImport {
  repo: Repo<BlogTables>
  settings: Pick<Settings, 'content' | 'largeFileMb'>
  /** Files that may have changed, if it is known that no other has. */
  paths?: readonly string[] | undefined
  /** Workers to use instead of new ones. */
  pool?: Pool | undefined
  force?: boolean
  signal?: AbortSignal
}

/** Imports the content folder with a progress bar on standard error. */
export async function importSite({
  repo,
  settings,
  paths,
  pool,
  force = false,
  signal,
}: SiteImport): Promise<ImportReport> {
  const progress = showProgress('importing')
  try {
    return await importContent({
      repo,
      folder: settings.content,
      paths,
      force,
      ...(pool && { pool }),
      largeFileBytes: settings.largeFileMb * 1024 * 1024,
      onProgress: ({ done, total }) => progress.update(done, total),
      ...(signal && { signal }),
    })
  } finally {
    progress.end()
  }
}

const kindsOfChange = ['added', 'changed', 'renamed', 'deleted'] as const

export function hasChanges(report: ImportReport): boolean {
  return report.refused !== undefined || kindsOfChange.some((kind) => report[kind] > 0)
}

export function describeReport(report: ImportReport): string {
  if (report.refused) return `kept the content in the database: ${report.refused}`
  const counts = kindsOfChange.filter((kind) => report[kind] > 0).map((kind) => `${report[kind]} ${kind}`)
  const seconds = (report.durationMs / 1000).toFixed(1)
  return counts.length > 0 ? `imported in ${seconds} s: ${counts.join(', ')}` : 'content is up to date'
}

/** One line a problem, as compilers print them. */
export function describeProblem({ path, line, severity, message, code }: Problem): string {
  return `${path ?? ''}:${line}: ${severity}: ${message} [${code}]`
}

/** Every problem, how many there are, and once for each kind what to do about it. */
export function describeProblems(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const codes = [...new Set(problems.map(({ code }) => code))].sort()
  const fixes = codes.flatMap((code) => (fixOf(code) ? [`  ${code}: ${fixOf(code)}`] : []))
  const counts = `${count(errors, 'error')}, ${count(problems.length - errors, 'warning')}`
  return [...problems.map(describeProblem), counts, ...fixes].join('\n')
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
