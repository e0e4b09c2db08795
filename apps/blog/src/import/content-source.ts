import { existsSync } from 'node:fs'
import type { Baseline } from './catalogue.ts'
import type { Comparison } from './compare.ts'
import type { Pool } from './pool.ts'
import { judgeRevision, originOf, readCommitTime } from './revision.ts'
import type { SourceKind } from './source-kind.ts'

/** Where an import takes its files from. */
export interface ContentSource {
  /** The threads read files here. */
  folder: string
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
