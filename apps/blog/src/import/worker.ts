import { parentPort } from 'node:worker_threads'
import type { AssetInfo } from '../markdown/index.ts'
import { toAssetInfo } from './asset-lookup.ts'
import { compareSources } from './compare.ts'
import type { AssetRow, Job, JobResults } from './jobs.ts'
import type { DocumentMaker } from './make-documents.ts'
import type { Answer, Request } from './pool.ts'
import { scanFolder } from './scan.ts'

/**
 * The entry of the threads and processes that do an import's work. What reads files is here at once; what renders is
 * loaded when a document comes, because a scan must not wait for it. A process ends when its parent does.
 */
const loadRenderer = () => import('./make-documents.ts')
let assets = '[]'
let maker: DocumentMaker | undefined

const port = parentPort ?? process
port.on('message', async ({ id, job }: Request) => {
  try {
    answer({ id, result: await perform(job) })
  } catch (error) {
    answer({ id, error })
  }
})

function answer(message: Answer): void {
  if (parentPort) parentPort.postMessage(message)
  // Nobody listens any more when the parent has ended: neither need it be told.
  else if (process.connected) process.send!(message)
}

async function perform(job: Job): Promise<JobResults[Job['kind']]> {
  switch (job.kind) {
    case 'warm': {
      const { createDocumentMaker } = await loadRenderer()
      return createDocumentMaker(new Map()).warmUp(job)
    }
    case 'scan':
      return compareSources(scanFolder(job.folder), JSON.parse(job.sources), job.outdated)
    case 'assets':
      assets = job.assets
      maker = undefined
      return undefined
    case 'documents': {
      const { createDocumentMaker } = await loadRenderer()
      maker ??= createDocumentMaker(parseAssets())
      return maker.make(job.folder, job.tasks)
    }
    case 'asset': {
      const { makeAsset } = await import('./make-asset.ts')
      return makeAsset(job)
    }
  }
}

function parseAssets(): Map<string, AssetInfo> {
  const rows = JSON.parse(assets) as AssetRow[]
  return new Map(rows.map((row) => [row.name, toAssetInfo(row)]))
}
