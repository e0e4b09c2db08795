import type { Repo } from '@atoll/repo'
import { collectGarbage } from '../schema/after-publishing.ts'
import { collectOriginals } from '../schema/originals.ts'
import { unusedBlobsSql } from '../schema/retired-blobs.ts'
import type { BlogTables } from '../schema/tables.ts'
import { statement } from '../statement.ts'

/** Deleting a document takes its words out of the search index, which takes about as long as putting them in. */
const documentsAtOnce = 25
const blobsAtOnce = 50

interface Garbage {
  documents: number[]
  blobs: string[]
}

/** Deletes what is not published any more, in steps that nobody notices. Without a list it looks for it. */
export async function collect(
  repo: Repo<BlogTables>,
  listed: Garbage | undefined,
  signal?: AbortSignal,
): Promise<void> {
  const { documents, blobs } = listed ?? (await findUnused(repo))
  const steps = [
    ...inBatches(documents, documentsAtOnce).map((batch) => ({ documents: batch, blobs: [] })),
    ...inBatches(blobs, blobsAtOnce).map((batch) => ({ documents: [], blobs: batch })),
  ]
  for (const [index, step] of steps.entries()) {
    if (signal?.aborted) return
    await repo.run(collectGarbage, { ...step, isLast: index === steps.length - 1 })
  }
  if (steps.length === 0 && !listed) await repo.run(collectGarbage, { documents: [], blobs: [], isLast: true })
}

/** Deletes the bytes of files that were replaced or deleted, and of uploads that were given up, a day later. */
export async function collectUnusedOriginals(repo: Repo<BlogTables>, signal?: AbortSignal): Promise<void> {
  const now = Math.floor(Date.now() / 1000)
  while (!signal?.aborted) {
    const { value } = await repo.run(collectOriginals, { now })
    if (value.isDone) return
  }
}

async function findUnused(repo: Repo<BlogTables>): Promise<Garbage> {
  const { documents, blobs } = await repo.reader().snapshot({
    documents: selectUnusedDocuments({}),
    blobs: selectUnusedBlobs({}),
  })
  return { documents: documents.map(({ id }) => id), blobs: blobs.map(({ hash }) => hash) }
}

function inBatches<Item>(items: Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, step) =>
    items.slice(step * size, (step + 1) * size),
  )
}

const selectUnusedDocuments = statement<{ id: number }>(
  `select id from documents
  where not exists (select 1 from posts where document_id = documents.id)
    and not exists (select 1 from projects where document_id = documents.id)
    and not exists (select 1 from pages where document_id = documents.id)`,
)
const selectUnusedBlobs = statement<{ hash: string }>(unusedBlobsSql)
