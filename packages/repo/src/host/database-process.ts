import { Worker } from 'node:worker_threads'
import type { EngineData, EngineRequest, FromEngine, Numbered } from './messages.ts'
import { openEngine } from './open-engine.ts'
import { markReadings } from './reading-mark.ts'

/**
 * The entry of the process that holds all connections. It reads on its own loop and writes on a thread, so that a
 * long migration does not look like a process that hangs, while a file system that hangs does.
 */
const readingsDescriptor = 4
const data = JSON.parse(process.argv[2]!) as EngineData
const post = (message: FromEngine) => void process.send?.(message, undefined, undefined, () => {})
const early: Numbered<EngineRequest>[] = []
let take = (requests: Numbered<EngineRequest>[]) => void early.push(...requests)
let writer: Worker | undefined

// Whoever started this process decides when it ends; a signal to the whole group is not meant for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
// Not exit(): a thread that hangs in a dead file system would be waited for.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
process.on('message', (requests: Numbered<EngineRequest>[]) => take(requests))

const reader = await openEngine('reader', data, post, markReadings(readingsDescriptor))
take = (requests) => {
  const forWriter = requests.filter(({ body }) => isForWriter(body))
  const forReader = requests.filter(({ body }) => !isForWriter(body))
  if (forWriter.length > 0) askWriter(forWriter)
  if (forReader.length > 0) reader.take(forReader)
}
if (early.length > 0) take(early)

function askWriter(requests: Numbered<EngineRequest>[]) {
  // A replica has no use for the thread.
  writer ??= startWriter()
  writer.postMessage(requests)
}

function startWriter(): Worker {
  const worker = new Worker(new URL('./engine-thread.ts', import.meta.url), {
    workerData: { ...data, role: 'writer' },
    name: 'repo writer',
  })
  worker.on('message', post)
  // Without its writer the process is of no use; the next one starts from what is in the file.
  worker.on('error', (error) => {
    console.error(error)
    process.kill(process.pid, 'SIGKILL')
  })
  return worker
}

function isForWriter({ kind }: EngineRequest): boolean {
  return kind === 'write' || kind === 'begin_reign' || kind === 'end_reign' || kind === 'fence'
}
