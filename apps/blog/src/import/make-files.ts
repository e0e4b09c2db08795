import { sameBytesKey } from './asset-names.ts'
import type { Baseline, Catalogue } from './catalogue.ts'
import type { Comparison, FileTask } from './compare.ts'
import type { AssetResult, DocumentsResult, FileResult, MadeBlob, MadeFile } from './jobs.ts'
import type { Pool } from './pool.ts'
import { type SettledAssets, settleAssets } from './settle-assets.ts'
import { isServedSiteFile } from './source-kind.ts'

/** Takes what is finished, while the workers go on with the rest. */
export interface Stage {
  /** Whether anything was put there. */
  readonly isUsed: boolean
  blobs(blobs: MadeBlob[]): Promise<void>
  /** Files as they were written. */
  originals(files: { hash: string; bytes: Uint8Array }[]): Promise<void>
  documents(result: DocumentsResult): Promise<void>
}

export interface MakeFilesOptions {
  folder: string
  comparison: Comparison
  baseline: Baseline
  catalogue: Catalogue
  pool: Pool
  stage: Stage
  largeFileBytes: number
  onProgress?: ((progress: { done: number; total: number }) => void) | undefined
}

export interface MadeFiles {
  assetResults: { task: FileTask; result: AssetResult }[]
  assets: SettledAssets
  documentResults: { task: FileTask; result: FileResult<MadeFile> }[]
}

/** A job is small enough to spread over the workers, and large enough to be worth waking another one for. */
const jobFiles = 16
const fewFiles = 8
const jobBytes = 128 * 1024

/** Makes all that is to be made: assets first, because documents name their hashes. */
export async function makeFiles(options: MakeFilesOptions): Promise<MadeFiles> {
  const { comparison, baseline, catalogue, pool, onProgress } = options
  const [assetTasks, documentTasks] = partition(comparison.tasks, isAsset)
  let total = assetTasks.length + documentTasks.length
  pool.expect(total)
  let done = 0
  const advance = (count: number) => {
    done += count
    onProgress?.({ done, total })
  }

  const assetResults = await makeAssets(assetTasks, options, () => advance(1))
  const assets = settleAssets(assetResults, catalogue, new Set(comparison.deleted.map(({ path }) => path)))

  const tasks = await addDependents(documentTasks, assets, baseline)
  total = assetTasks.length + tasks.length
  if (tasks.length > documentTasks.length) pool.expect(total)
  if (tasks.length > 0) {
    const isChanged = assetResults.length + assets.gone.length > 0
    pool.runEverywhere({ kind: 'assets', assets: isChanged ? JSON.stringify(assets.rows) : catalogue.assets })
  }
  const documentResults = await makeDocuments(tasks, options, advance)
  return { assetResults, assets, documentResults }
}

/** Whether the bytes of a file are served, rather than what is made of its text. */
export function isAsset({ kind, path }: FileTask): boolean {
  return kind === 'asset' || isServedSiteFile(path)
}

async function makeAssets(tasks: FileTask[], options: MakeFilesOptions, advance: () => void) {
  const { folder, catalogue, pool, stage, largeFileBytes } = options
  const hashesAtHand = new Set(catalogue.assetHashes.map(([path, hash]) => sameBytesKey(hash, path)))
  const results: MadeFiles['assetResults'] = []
  await forEachAtOnce(tasks, pool.size, async (task) => {
    // A file that is to be made again whatever it holds must not be taken from what it made before.
    const known = task.isNew ? hashesAtHand : new Set<string>()
    const result = await pool.run({ kind: 'asset', folder, task, largeFileBytes, hashesAtHand: known })
    if (result.original && result.outcome !== 'same') {
      await stage.originals([{ hash: result.hash, bytes: result.original }])
      delete result.original
    }
    if (result.outcome === 'good' && 'blobs' in result.made) {
      await stage.blobs(result.made.blobs)
      // What is staged need not be kept here as well.
      result.made.blobs = []
    }
    results.push({ task, result })
    advance()
  })
  return results
}

async function makeDocuments(tasks: FileTask[], options: MakeFilesOptions, advance: (count: number) => void) {
  const { folder, pool, stage } = options
  const results: MadeFiles['documentResults'] = []
  const taskOf = new Map(tasks.map((task) => [task.path, task]))
  // One more than workers, so that a worker has work while its last result is being staged.
  await forEachAtOnce(toJobs(tasks, pool.size), pool.size + 1, async (job) => {
    const result = await pool.run({ kind: 'documents', folder, tasks: job })
    // Both messages are with the writer at once, so that both are in one transaction.
    await Promise.all([stage.originals(result.originals), stage.documents(result)])
    for (const { path, ...file } of result.files) results.push({ task: taskOf.get(path)!, result: file })
    advance(job.length)
  })
  // Jobs are ready in any order; who gets an address, and how a tag is spelled, must not depend on it.
  return results.sort((a, b) => (a.task.path < b.task.path ? -1 : 1))
}

/** Files that showed an asset which is different now, or was missing and is there. */
async function addDependents(tasks: FileTask[], assets: SettledAssets, baseline: Baseline): Promise<FileTask[]> {
  if (assets.affected.length === 0) return tasks
  const dependents = new Map((await baseline.readDependents(assets.affected)).map((task) => [task.path, task]))
  const again = tasks.map((task) => (dependents.delete(task.path) ? { ...task, knownHash: '' } : task))
  return [...again, ...dependents.values()]
}

function toJobs(tasks: FileTask[], workers: number): FileTask[][] {
  const mostFiles = Math.max(fewFiles, Math.min(jobFiles, Math.ceil(tasks.length / (workers * 2))))
  const jobs: FileTask[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const task of tasks) {
    if (bytes + task.size > jobBytes || jobs.at(-1)!.length >= mostFiles) {
      jobs.push([])
      bytes = 0
    }
    jobs.at(-1)!.push(task)
    bytes += task.size
  }
  return jobs
}

async function forEachAtOnce<Item>(items: Item[], limit: number, work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values()
  const workOff = async () => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, workOff))
}

function partition<Item>(items: Item[], test: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))]
}
