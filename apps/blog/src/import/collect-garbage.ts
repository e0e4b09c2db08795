import type { Repo } from '@atoll/repo'
import { collectGarbage } from '../schema/after-publishing.ts'
import type { Published } from '../schema/publish-content.ts'
import type { BlogTables } from '../schema/tables.ts'
import { statement } from '../statement.ts'

/** Deleting a document takes its words out of the search index, which takes about as long as putting them in. */
const documentsAtOnce = 25
const blobsAtOnce = 50

/** Deletes what is not published any more, in steps that nobody notices. */
export async function collect(repo: Repo<BlogTables>, published: Published, signal?: AbortSignal): Promise<void> {
  const garbage = published.hasLeftovers ? await findUnused(repo) : published
  for (const documents of inBatches(garbage.documents, documentsAtOnce)) {
    if (signal?.aborted) return
    await repo.run(collectGarbage, { documents, blobs: [] })
  }
  for (const blobs of inBatches(garbage.blobs, blobsAtOnce)) {
    if (signal?.aborted) return
    await repo.run(collectGarbage, { documents: [], blobs })
  }
}

async function findUnused(repo: Repo<BlogTables>): Promise<{ documents: number[]; blobs: string[] }> {
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
const selectUnusedBlobs = statement<{ hash: string }>(
  `select hash from blobs where hash not in (
    select hash from assets union all select value ->> 'hash' from assets, json_each(assets.variants))`,
)
