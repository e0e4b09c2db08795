import { Worker } from 'node:worker_threads'
import { type Drill, drillRestore, lastDrill } from './drill.ts'
import { findBackup } from './manifest.ts'
import { openStore } from './open-store.ts'
import { pruneBackups } from './retention.ts'
import { type BackupSource, takeBackup } from './take.ts'

/** What keeps a processor and a disk busy for seconds: not on the thread that serves people. */
export type BackupJob =
  | { kind: 'take'; source: BackupSource; node: string }
  | { kind: 'drill' }
  /** Only looks at what there is. */
  | { kind: 'look' }

export interface JobOptions {
  job: BackupJob
  /** Of the store. */
  address: string
  scratch: string
}

export interface Findings {
  /** The newest one, of whichever node. */
  backup?: { at: string; bytes: number; node: string } | undefined
  drill?: Drill | undefined
}

/** Does a job, and says what there is afterwards. */
export async function perform({ job, address, scratch }: JobOptions): Promise<Findings> {
  const store = openStore(address)
  if (job.kind === 'take') {
    const { isUnchanged } = await takeBackup({ source: job.source, node: job.node, store, scratch })
    if (!isUnchanged) await pruneBackups(store)
  }
  if (job.kind === 'drill') await drillRestore({ store, scratch })
  const backup = await findBackup(store).catch(() => undefined)
  return {
    backup: backup && { at: backup.at, bytes: backup.bytes, node: backup.node },
    drill: await lastDrill(store),
  }
}

/** The same on a thread of its own, which ends with it or with the signal. */
export function performApart(options: JobOptions, signal: AbortSignal): Promise<Findings> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      name: 'backup',
      workerData: options,
    })
    const stop = () => void worker.terminate()
    signal.addEventListener('abort', stop)
    worker.once('message', ({ findings, reason }: { findings?: Findings; reason?: string }) => {
      if (findings) resolve(findings)
      else reject(new Error(reason))
    })
    worker.once('error', reject)
    worker.once('exit', () => {
      signal.removeEventListener('abort', stop)
      reject(new Error('the thread of the backup ended'))
    })
  })
}
