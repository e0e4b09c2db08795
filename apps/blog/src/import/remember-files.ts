import type { Problem } from '../markdown/index.ts'
import type { SourcesTable } from '../schema/tables.ts'
import { warnOfUselessPermalinks } from './addresses.ts'
import type { AssetResult, FileResult, MadeFile } from './jobs.ts'
import type { MadeFiles } from './make-files.ts'

export interface RememberedFiles {
  /** Rows of `sources`. */
  sources: SourcesTable[]
  /** Files whose bytes are the same although they were touched. */
  touched: { path: string; signature: string }[]
  /** By path, of every file that was read. */
  problems: ReadonlyMap<string, Problem[]>
}

/** What the next import is to know of the files that this one read. */
export function rememberFiles(
  { assetResults, documentResults }: MadeFiles,
  refused: ReadonlyMap<string, Problem>,
  wrongEntries: ReadonlyMap<string, Problem[]>,
): RememberedFiles {
  const sources: SourcesTable[] = []
  const touched: RememberedFiles['touched'] = []
  const problems = new Map<string, Problem[]>()
  for (const { task, result } of [...assetResults, ...documentResults]) {
    const { path, kind, signature } = task
    if (result.outcome === 'same') {
      touched.push({ path, signature })
      continue
    }
    const refusal = refused.get(path)
    const found = [...(refusal ? [refusal] : []), ...problemsOf(result), ...(wrongEntries.get(path) ?? [])]
    problems.set(
      path,
      found.map((problem) => ({ ...problem, path })),
    )
    sources.push({
      path,
      kind,
      signature,
      hash: result.hash,
      problems: JSON.stringify(problems.get(path)),
      depends_on: JSON.stringify(dependsOn(result)),
    })
  }
  return { sources, touched, problems }
}

type Result = AssetResult | FileResult<MadeFile>

function problemsOf(result: Exclude<Result, { outcome: 'same' }>): Problem[] {
  const isPost = result.outcome === 'good' && 'kind' in result.made && result.made.kind === 'post'
  return isPost
    ? [...result.problems, ...warnOfUselessPermalinks(result.made as MadeFile & { kind: 'post' })]
    : result.problems
}

function dependsOn(result: Result): Record<string, string> {
  return result.outcome === 'good' && 'dependsOn' in result.made ? result.made.dependsOn : {}
}
