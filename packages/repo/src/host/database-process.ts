import { Worker } from 'node:worker_threads'
import type { Engine } from '../engine/engine.ts'
import {
  type EngineData,
  type EngineRequest,
  type FromEngine,
  type Numbered,
  readingsDescriptor,
  startWriter,
  type ToProcess,
} from './messages.ts'
import { openEngine } from './open-engine.ts'
import { markReadings } from './reading-mark.ts'

/**
 * The entry of the process that holds all connections. It reads on its own loop and writes on a thread, so that a
 * long migration does not look like a process that hangs, while a file system that hangs does.
 */
const data = JSON.parse(process.argv[2]!) as EngineData
const post = (message: FromEngine) => void process.send?.(message, undefined, undefined, () => {})
const early: Numbered<EngineRequest>[] = []
let take: Engine['take'] = (requests) => void early.push(...requests)

// Whoever started this process decides when it ends; a signal to the whole group is not meant for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
// Not exit(): a thread that hangs in a dead file system would be waited for.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
process.on('message', (message: ToProcess) => (message === startWriter ? openWriter() : take(message)))

const reader = await openEngine('reader', data, post, markReadings(readingsDescriptor))
take = reader.take
if (early.length > 0) take(early)

function openWriter() {
  const worker = new Worker(new URL('./writer-thread.ts', import.meta.url), { workerData: data, name: 'repo writer' })
  // Without its writer the process is of no use; the next one starts from what is in the file.
  worker.on('error', (error) => {
    console.error(error)
    process.kill(process.pid, 'SIGKILL')
  })
}
