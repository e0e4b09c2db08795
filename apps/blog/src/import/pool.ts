import { fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Job, JobResults } from './jobs.ts'

/**
 * Workers for one import. For many files they are processes, because what a renderer and image libraries took from the
 * system goes back only with the process (docs/decisions/016-imports-in-processes.md); for a few they are threads, which
 * are ready sooner. Our own: a kept library has its own worker file, which the build would have to leave
 * outside the bundle, and none lets an import take over a worker that was started before it.
 */
export interface Pool {
  /** Runs a job on a worker that is free, or waits for one. */
  run<Kind extends Job['kind']>(job: Job & { kind: Kind }): Promise<JobResults[Kind]>
  /** Says how many files are to be made from now on. */
  expect(files: number): void
  /** Runs a job once on every worker before what comes after it, the last one also on those that are started later. */
  runEverywhere(job: Job): void
  readonly size: number
  close(): Promise<void>
}

export interface PoolOptions {
  /** The most workers; as many as there are cores by default. */
  size?: number
}

interface Helper {
  kind: 'thread' | 'process'
  isBusy: boolean
  hasRenderer: boolean
  ask(job: Job): Promise<unknown>
  end(): Promise<unknown>
}

/** What a worker is sent, and what it answers. */
export interface Request {
  id: number
  job: Job
}

export type Answer = { id: number; result: unknown } | { id: number; error: unknown }

export type ReadShown = (path: string) => Promise<string | undefined>

/** An import of more files is worth processes. */
const fewFiles = 16

const entry = new URL('./worker.ts', import.meta.url)

/** A thread that waits for an import that seems to come is ended after this long, in milliseconds. */
const spareMs = 5000

let spare: Helper | undefined
const preparedFor = new Set<string>()
let spareTimer: NodeJS.Timeout | undefined

/**
 * Starts a thread before it is known what for: one edit is on the site sooner by the time that takes. It gets ready for
 * `path`, which seems to have changed. `readShown` gives what this release made of that file before, as HTML.
 */
export function prepareThread(folder: string, path: string, readShown: ReadShown = async () => undefined): void {
  clearTimeout(spareTimer)
  spareTimer = setTimeout(() => void takeSpare()?.end(), spareMs).unref()
  if (!spare) {
    spare = startThread()
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

export function openPool({ size = availableParallelism() }: PoolOptions = {}): Pool {
  const prepared = takeSpare()
  let helpers = prepared ? [prepared] : []
  let kind: Helper['kind'] = 'thread'
  const waiting: (() => void)[] = []
  let everywhere: Job | undefined
  let isClosed = false

  return {
    size,
    async run(job) {
      const helper = await takeHelper(job)
      try {
        return (await helper.ask(job)) as never
      } finally {
        helper.isBusy = false
        waiting.shift()?.()
      }
    },
    expect(files) {
      kind = files > fewFiles ? 'process' : 'thread'
      if (kind === 'thread') return
      const isUnfit = (helper: Helper) => helper.kind === 'thread' && !helper.isBusy
      for (const helper of helpers.filter(isUnfit)) void helper.end()
      helpers = helpers.filter((helper) => !isUnfit(helper))
    },
    runEverywhere(job) {
      everywhere = job
      for (const helper of helpers) void helper.ask(job).catch(() => {})
    },
    async close() {
      isClosed = true
      for (const wake of waiting.splice(0)) wake()
      await Promise.all(helpers.map((helper) => helper.end()))
    },
  }

  async function takeHelper(job: Job): Promise<Helper> {
    for (;;) {
      if (isClosed) throw new Error('the import was ended')
      const free = helpers.filter(({ isBusy }) => !isBusy)
      const wantsRenderer = job.kind === 'documents'
      let best = free.find(({ hasRenderer }) => hasRenderer === wantsRenderer) ?? free[0]
      if (!best && helpers.length < size) best = addHelper()
      if (best) {
        best.isBusy = true
        best.hasRenderer ||= wantsRenderer
        return best
      }
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }

  function addHelper(): Helper {
    const helper = kind === 'process' ? startProcess() : startThread()
    if (everywhere) void helper.ask(everywhere).catch(() => {})
    helpers.push(helper)
    return helper
  }
}

function takeSpare(): Helper | undefined {
  clearTimeout(spareTimer)
  const taken = spare
  spare = undefined
  return taken
}

function startThread(): Helper {
  const worker = new Worker(entry, { name: 'import' })
  const { helper, settle, fail } = createHelper('thread', {
    send: (request) => worker.postMessage(request),
    end: () => worker.terminate(),
  })
  worker.on('message', settle)
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error('a thread of the import ended')))
  return helper
}

function startProcess(): Helper {
  const child = fork(entry, {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
  })
  const { helper, settle, fail } = createHelper('process', {
    // Its exit says why, and comes a moment later.
    send: (request) => child.send(request, (error) => error && child.kill()),
    async end() {
      if (child.kill()) await once(child, 'exit')
    },
  })
  child.on('message', (answer) => settle(answer as Answer))
  child.on('error', fail)
  child.on('exit', (code, signal) => fail(new Error(`a process of the import ended: ${signal ?? code}`)))
  return helper
}

interface Channel {
  send(request: Request): void
  end(): Promise<unknown>
}

/** A worker for which nothing was done yet, and the two things that its channel may report. */
function createHelper(kind: Helper['kind'], { send, end }: Channel) {
  const pending = new Map<number, { resolve: (result: unknown) => void; reject: (error: unknown) => void }>()
  let lastId = 0
  let ended: Error | undefined
  const helper: Helper = { kind, isBusy: false, hasRenderer: false, ask, end }
  return { helper, settle, fail }

  function ask(job: Job): Promise<unknown> {
    if (ended) return Promise.reject(ended)
    return new Promise((resolve, reject) => {
      const id = ++lastId
      pending.set(id, { resolve, reject })
      send({ id, job })
    })
  }

  function settle(answer: Answer) {
    const request = pending.get(answer.id)
    pending.delete(answer.id)
    if ('error' in answer) request?.reject(answer.error)
    else request?.resolve(answer.result)
  }

  function fail(error: Error) {
    ended ??= error
    for (const { reject } of pending.values()) reject(ended)
    pending.clear()
  }
}
