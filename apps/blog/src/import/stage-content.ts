import type { Repo } from '@atoll/repo'
import { stageBlobs, stageDocuments } from '../schema/stage-content.ts'
import type { BlogTables } from '../schema/tables.ts'
import type { MadeBlob } from './jobs.ts'
import type { Stage } from './make-files.ts'

/** So many bytes go into one transaction: nobody is to wait long behind it. */
const batchBytes = 4 * 1024 * 1024

/** Puts what is finished into the database, where no reader looks. */
export function openStage(repo: Repo<BlogTables>, current: { import: string; base: number }): Stage {
  let isUsed = false
  return {
    get isUsed() {
      return isUsed
    },
    async blobs(blobs) {
      isUsed = true
      for (const batch of batches(blobs)) await repo.run(stageBlobs, { ...current, blobs: batch })
    },
    async documents({ documents, posts, words }) {
      if (documents === '[]') return
      isUsed = true
      await repo.run(stageDocuments, { ...current, documents, posts, words })
    },
  }
}

function batches(blobs: MadeBlob[]): MadeBlob[][] {
  const result: MadeBlob[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const blob of blobs) {
    if (bytes + blob.bytes.length > batchBytes) {
      result.push([])
      bytes = 0
    }
    result.at(-1)!.push(blob)
    bytes += blob.bytes.length
  }
  return result
}
