import type { DeletedFile } from './compare.ts'
import type { SourceKind } from './source-kind.ts'

export interface NewFile {
  path: string
  kind: SourceKind
  hash: string
  /** Of a post. */
  slug?: string
}

/**
 * New files that are deleted ones under another name: those with the same bytes, or posts with the same slug. Returns
 * the old name by the new one.
 */
export function findRenames(
  files: NewFile[],
  deleted: DeletedFile[],
  slugs: ReadonlyMap<string, string>,
): Map<string, string> {
  const renames = new Map<string, string>()
  const left = new Set(deleted)
  match(
    ({ kind, hash }) => `${kind} ${hash}`,
    ({ kind, hash }) => `${kind} ${hash}`,
  )
  match(
    ({ slug }) => slug,
    ({ path }) => slugs.get(path),
  )
  return renames

  function match(
    keyOf: (file: NewFile) => string | undefined,
    keyOfDeleted: (file: DeletedFile) => string | undefined,
  ) {
    const candidates = Map.groupBy(left, keyOfDeleted)
    for (const file of files) {
      const key = keyOf(file)
      const old = key === undefined || renames.has(file.path) ? undefined : candidates.get(key)?.shift()
      if (!old) continue
      left.delete(old)
      renames.set(file.path, old.path)
    }
  }
}
