import { Worker } from 'node:worker_threads'
import type { ErrorData } from '../errors.ts'
import { RepoError } from '../errors.ts'
import { createDatabase, type EngineEvents, type Engines, hear } from './database.ts'
import type { DatabaseHost } from './database-host.ts'
import { createLink, type Link } from './link.ts'
import type { EngineData, FromEngine } from './messages.ts'
import type { EngineRole } from './open-engine.ts'
import { leastBusy } from './reader-pool.ts'

export interface ThreadHostOptions extends EngineData {
  /** Threads that read; more than one only helps when single reads take long. */
  readers: number
}

/** Keeps the connections on threads of this process: one writes, the others read. */
export function openThreadHost({ readers, ...data }: ThreadHostOptions): DatabaseHost {
  return createDatabase((events): Engines => {
    const writer = startThread('writer', data, events)
    const pool = Array.from({ length: readers }, (_, index) =>
      startThread(index === 0 ? 'reader' : 'spare_reader', data, events),
    )
    const links = pool.map(({ link }) => link)
    return {
      reader: () => leastBusy(links),
      readers: () => links,
      writer: () => writer.link,
      async end() {
        await Promise.all([writer, ...pool].map((thread) => thread.end()))
      },
    }
  })
}

interface Thread {
  link: Link
  end(): Promise<void>
}

function startThread(role: EngineRole, data: EngineData, events: EngineEvents): Thread {
  const worker = new Worker(new URL('./engine-thread.ts', import.meta.url), {
    workerData: { ...data, role },
    name: `repo ${role}`,
  })
  let reason: ErrorData = { code: 'thread_ended', message: `the ${role} thread ended` }
  const link = createLink({
    transport: { send: (requests) => worker.postMessage(requests) },
    whenEnded: () => ({ kind: 'failed', error: reason }),
  })
  worker.on('message', (message: FromEngine) => hear(message, link, events))
  worker.on('error', (error: Error) => {
    reason = { code: 'thread_ended', message: `the ${role} thread failed: ${error.message}` }
  })
  worker.on('exit', () => {
    link.end()
    events.onLost(new RepoError('thread_ended', reason.message))
  })
  return {
    link,
    async end() {
      await worker.terminate()
    },
  }
}
