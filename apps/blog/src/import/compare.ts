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
    const [, , signature = '', hash = '', dependsOnOthers = 0] = sources.get(file.path) ?? []
    const isNew = !sources.delete(file.path)
    newest = Math.max(newest, Math.floor(file.modifiedAt / 1000))
    if (signature && file.modifiedAt < modifiedAtOf(signature)) wentBack = true
    const task = { ...file, isNew, knownHash: '' }
    if (outdated.includes(file.kind)) tasks.push(task)
    else if (!isSame(file, signature)) tasks.push({ ...task, knownHash: dependsOnOthers ? '' : hash })
    else if (dependsOnOthers) retried.push(task)
  }

  const deleted = [...sources.values()].map(([path, kind, , hash]) => ({ path, kind, hash }))
  if (tasks.length + deleted.length > 0) tasks.push(...retried)
  return { total: files.length, tasks, deleted, newest, wentBack }
}
