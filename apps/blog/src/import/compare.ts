import { isSame, modifiedAtOf, type ScannedFile } from './scan.ts'
import type { SourceKind } from './source-kind.ts'

/** What the database remembers of a file. `dependsOnOthers`: other files decide whether it is good. */
export type KnownSource = [path: string, kind: SourceKind, signature: string, hash: string, dependsOnOthers: 0 | 1]

export interface FileTask extends ScannedFile {
  isNew: boolean
  /** A file whose bytes still have this hash is left alone; '' for one that is imported whatever it holds. */
  knownHash: string
}

export interface DeletedFile {
  path: string
  kind: SourceKind
  hash: string
}

export interface Comparison {
  total: number
  /** In the order of their paths. */
  tasks: FileTask[]
  deleted: DeletedFile[]
  /** The newest modification time of all files, in seconds. */
  newest: number
  /** Some file is older than when it was last imported, as when a backup is put back. */
  wentBack: boolean
}

/**
 * Which files may differ from what was imported; all those of an outdated kind do. Files that lost against others are
 * tried again when anything did change.
 */
export function compareSources(files: ScannedFile[], known: KnownSource[], outdated: SourceKind[]): Comparison {
  const sources = new Map(known.map((source) => [source[0], source]))
  const tasks: FileTask[] = []
  const retried: FileTask[] = []
  let newest = 0
  let wentBack = false

  for (const file of files) {
    const { path, modifiedAt } = file
    const source = sources.get(path)
    sources.delete(path)
    newest = Math.max(newest, Math.floor(modifiedAt / 1000))
    const isOutdated = outdated.includes(file.kind)
    const [, , signature = '', hash = '', dependsOnOthers = 0] = source ?? []
    const isUnchanged = isSame(file, signature)
    if (isUnchanged && !isOutdated && !dependsOnOthers) continue

    if (source && modifiedAt < modifiedAtOf(signature)) wentBack = true
    const task = { ...file, isNew: source === undefined, knownHash: isOutdated || dependsOnOthers ? '' : hash }
    if (isUnchanged && !isOutdated) retried.push(task)
    else tasks.push(task)
  }

  const deleted = [...sources.values()].map(([path, kind, , hash]) => ({ path, kind, hash }))
  if (tasks.length + deleted.length > 0) tasks.push(...retried)
  tasks.sort((a, b) => (a.path < b.path ? -1 : 1))
  return { total: files.length, tasks, deleted, newest, wentBack }
}
