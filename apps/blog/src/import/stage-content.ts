import type { Repo } from '@atoll/repo'
import { keepOriginals, type OriginalPart, partsOf } from '../schema/originals.ts'
import { stageBlobs, stageDocuments } from '../schema/stage-content.ts'
import type { BlogTables } from '../schema/tables.ts'
import type { Stage } from './make-files.ts'

/** So many bytes go into one transaction: nobody is to wait long behind it. */
const batchBytes = 4 * 1024 * 1024

interface StageOptions {
  import: string
  base: number
  /** The database has the files themselves already. */
  isKept: boolean
}

/** Puts what is finished into the database, where no reader looks. */
export function openStage(repo: Repo<BlogTables>, { isKept, ...current }: StageOptions): Stage {
  let isUsed = false
  return {
    get isUsed() {
      return isUsed
    },
    async blobs(blobs) {
      isUsed = true
      for (const batch of batches(blobs)) await repo.run(stageBlobs, { ...current, blobs: batch })
    },
    async originals(files) {
      if (isKept) return
      const parts = files.flatMap(({ hash, bytes }): OriginalPart[] => [...partsOf(hash, bytes)])
      const at = Math.floor(Date.now() / 1000)
      for (const batch of batches(parts)) await repo.run(keepOriginals, { parts: batch, at })
    },
    async documents({ documents, posts, words }) {
      if (documents === '[]') return
      isUsed = true
      await repo.run(stageDocuments, { ...current, documents, posts, words })
    },
  }
}

function batches<Item extends { bytes: Uint8Array }>(items: Item[]): Item[][] {
  const result: Item[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const item of items) {
    if (bytes + item.bytes.length > batchBytes) {
      result.push([])
      bytes = 0
    }
    result.at(-1)!.push(item)
    bytes += item.bytes.length
  }
  return result
}
