import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Job, JobResults } from './jobs.ts'

/**
 * Threads for one import. Our own: a kept library has its own worker file, which the build would have to leave
 * outside the bundle, and none lets an import take over a thread that was started before it.
 */
export interface Pool {
  /** Runs a job on a thread that is free, or waits for one. */
  run<Kind extends Job['kind']>(job: Job & { kind: Kind }): Promise<JobResults[Kind]>
  /** Runs a job once on every thread before what comes after it, the last one also on those that are started later. */
  runEverywhere(job: Job): void
  readonly size: number
  close(): Promise<void>
}

export interface PoolOptions {
  /** The most threads; as many as there are cores by default. */
  size?: number
  entry?: URL
}

interface Thread {
  worker: Worker
  isBusy: boolean
  hasRenderer: boolean
  ask(job: Job): Promise<unknown>
}

export type ReadShown = (path: string) => Promise<string | undefined>

const defaultEntry = new URL('./worker.ts', import.meta.url)

/** A thread that waits for an import that seems to come is ended after this long, in milliseconds. */
const spareMs = 5000

let spare: Thread | undefined
const preparedFor = new Set<string>()
let spareTimer: NodeJS.Timeout | undefined

/**
 * Starts a thread before it is known what for: one edit is on the site sooner by the time that takes. It gets ready for
 * `path`, which seems to have changed. `readShown` gives what this release made of that file before, as HTML.
 */
export function prepareThread(folder: string, path: string, readShown: ReadShown = async () => undefined): void {
  clearTimeout(spareTimer)
  spareTimer = setTimeout(() => void takeSpare()?.worker.terminate(), spareMs).unref()
  if (!spare) {
    spare = startThread(defaultEntry)
    spare.hasRenderer = true
    preparedFor.clear()
  }
  // Editors that write a new file beside the old one make two events, and the second one is right.
  if (preparedFor.has(path) || preparedFor.size >= 3) return
  preparedFor.add(path)
  const thread = spare
  void readShown(path)
    .then((shown) => thread.ask({ kind: 'warm', folder, path, shown }))
    .catch(() => {})
}

export function openPool({ size = availableParallelism(), entry = defaultEntry }: PoolOptions = {}): Pool {
  const prepared = entry === defaultEntry ? takeSpare() : undefined
  const threads = prepared ? [prepared] : []
  const waiting: (() => void)[] = []
  let everywhere: Job | undefined
  let isClosed = false

  return {
    size,
    async run(job) {
      const thread = await takeThread(job)
      try {
        return (await thread.ask(job)) as never
      } finally {
        thread.isBusy = false
        waiting.shift()?.()
      }
    },
    runEverywhere(job) {
      everywhere = job
      for (const thread of threads) void thread.ask(job).catch(() => {})
    },
    async close() {
      isClosed = true
      for (const wake of waiting.splice(0)) wake()
      await Promise.all(threads.map(({ worker }) => worker.terminate()))
    },
  }

  async function takeThread(job: Job): Promise<Thread> {
    for (;;) {
      if (isClosed) throw new Error('the import was ended')
      const free = threads.filter(({ isBusy }) => !isBusy)
      const wantsRenderer = job.kind === 'documents'
      let best = free.find(({ hasRenderer }) => hasRenderer === wantsRenderer) ?? free[0]
      if (!best && threads.length < size) best = addThread()
      if (best) {
        best.isBusy = true
        best.hasRenderer ||= wantsRenderer
        return best
      }
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }

  function addThread(): Thread {
    const thread = startThread(entry)
    if (everywhere) void thread.ask(everywhere).catch(() => {})
    threads.push(thread)
    return thread
  }
}

function takeSpare(): Thread | undefined {
  clearTimeout(spareTimer)
  const taken = spare
  spare = undefined
  return taken
}

function startThread(entry: URL): Thread {
  const worker = new Worker(entry, { name: 'import' })
  const pending = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>()
  let lastId = 0
  let ended: Error | undefined

  worker.on('message', ({ id, result, error }: { id: number; result?: unknown; error?: Error }) => {
    const { resolve, reject } = pending.get(id)!
    pending.delete(id)
    if (error) reject(error)
    else resolve(result)
  })
  worker.on('error', end)
  worker.on('exit', () => end(new Error('a thread of the import ended')))

  return { worker, isBusy: false, hasRenderer: false, ask }

  function ask(job: Job): Promise<unknown> {
    if (ended) return Promise.reject(ended)
    return new Promise((resolve, reject) => {
      const id = ++lastId
      pending.set(id, { resolve, reject })
      worker.postMessage({ id, job })
    })
  }

  function end(error: Error) {
    ended ??= error
    for (const { reject } of pending.values()) reject(ended)
    pending.clear()
  }
}
