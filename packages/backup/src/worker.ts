import { parentPort, workerData } from 'node:worker_threads'
import { type JobOptions, perform } from './job.ts'

/** The entry of the thread that does one job. */
try {
  parentPort!.postMessage({ findings: await perform(workerData as JobOptions) })
} catch (error) {
  parentPort!.postMessage({ reason: (error as Error).message })
}
