import type { Problem } from '../markdown/index.ts'
import type { MadeFile } from './jobs.ts'
import type { MadeFiles } from './make-files.ts'
import type { SourceKind } from './source-kind.ts'

/** A file that could be made into something. */
export interface GoodFile<Made extends MadeFile = MadeFile> {
  path: string
  kind: SourceKind
  isNew: boolean
  hash: string
  problems: Problem[]
  made: Made
}

export function goodFiles(results: MadeFiles['documentResults']): GoodFile[] {
  return results.flatMap(({ task: { path, kind, isNew }, result }) =>
    result.outcome === 'good' ? [{ ...result, path, kind, isNew }] : [],
  )
}

export function ofKind<Kind extends MadeFile['kind']>(files: readonly GoodFile[], kind: Kind) {
  return files.filter(({ made }) => made.kind === kind) as GoodFile<Extract<MadeFile, { kind: Kind }>>[]
}
