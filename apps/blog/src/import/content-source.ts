import { existsSync } from 'node:fs'
import type { Repo } from '@atoll/repo'
import type { BlogTables } from '../schema/tables.ts'
import { type Baseline, readBaseline } from './catalogue.ts'
import { type Comparison, compareSources, type KnownSource } from './compare.ts'
import type { Pool } from './pool.ts'
import { judgeRevision, originOf, readCommitTime } from './revision.ts'
import { scanFiles } from './scan.ts'
import type { SourceKind } from './source-kind.ts'

/** Where an import takes its files from. */
export interface ContentSource {
  /** The workers read files here. */
  folder: string
  /** The only files that `look` needs to know about; all by default. */
  paths?: readonly string[]
  /** Whether the database has the files' bytes already. */
  isKept: boolean
  /** What differs from what is published, and whether it may replace that. */
  look(baseline: Baseline, options: LookOptions): Promise<Look | { refused: string }>
  /** Called with the files that are to be made, before they are read. */
  fetch(paths: readonly string[]): Promise<void>
}

export interface LookOptions {
  pool: Pool
  /** Kinds of files that have to be made again whatever they hold. */
  outdated: SourceKind[]
  force: boolean
}

export interface Look {
  comparison: Comparison
  revision: number
  origin: string
}

/** A folder on this machine, as a whole: what is not in it is not on the site. */
export function folderSource(folder: string): ContentSource {
  return {
    folder,
    isKept: false,
    async look(baseline, { pool, outdated, force }) {
      if (!existsSync(folder)) return { refused: `there is no folder ${folder}` }
      const commitTime = readCommitTime(folder)
      const comparison = await pool.run({ kind: 'scan', folder, sources: baseline.sources, outdated })
      const origin = originOf(folder)
      const computed = (await commitTime) ?? comparison.newest
      const verdict = judgeRevision(baseline.state, { computed, origin, wentBack: comparison.wentBack }, force)
      return 'refused' in verdict ? verdict : { comparison, origin, revision: verdict.revision }
    },
    fetch: async () => {},
  }
}

/**
 * The same when it is known which files may have changed: the others are not looked at, which for 10,000 takes longer
 * than the import of one. Where that cannot tell enough, the whole folder is read.
 */
export function namedFilesSource(repo: Repo<BlogTables>, folder: string, paths: readonly string[]): ContentSource {
  const whole = folderSource(folder)
  return {
    ...whole,
    paths,
    async look(baseline, options) {
      return lookAtFiles(folder, paths, baseline, options) ?? whole.look(await readBaseline(repo), options)
    },
  }
}

function lookAtFiles(
  folder: string,
  paths: readonly string[],
  baseline: Baseline,
  { outdated }: LookOptions,
): Look | undefined {
  const { state, sources, otherSources } = baseline
  // What is published has to be from this very folder, and nothing of it from another release.
  if (!state || outdated.length > 0 || !existsSync(folder) || originOf(folder) !== state.origin) return undefined
  const known = JSON.parse(sources) as KnownSource[]
  const files = scanFiles(folder, [...new Set([...paths, ...known.map(([path]) => path)])])
  const comparison = files && compareSources(files, known, [])
  if (!comparison || comparison.wentBack) return undefined
  const revision = Math.max(state.revision, comparison.newest)
  return { comparison: { ...comparison, total: files.length + otherSources }, origin: state.origin, revision }
}
