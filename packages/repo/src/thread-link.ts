import { Worker } from 'node:worker_threads'
import { decodeError, RepoError } from './errors.ts'
import type { Answer, FromThread, LocalCommit, Numbered, Request, ThreadData } from './thread-messages.ts'

export interface ThreadLink {
  /** The commit number at which the thread opened its database. */
  commit: number
  ask(request: Request): Promise<Answer>
  /** Ends the thread after everything asked before it. */
  close(): Promise<void>
}

/** A thread that has loaded its code. `open` opens the database, and rejects when that cannot be done. */
export interface LoadingThread {
  open(): Promise<ThreadLink>
  /** Ends the thread whatever it is doing. */
  abandon(): Promise<unknown>
}

/** Starts a thread that will hold a SQLite connection. */
export function startThread(data: ThreadData, onCommit: (notice: LocalCommit) => void): LoadingThread {
  const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: data, name: `repo ${data.role}` })
  const pending = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>()
  let outbox: Numbered<Request>[] = []
  let lastId = 0
  let ended: RepoError | undefined

  const opened = new Promise<number>((resolve, reject) => {
    worker.on('message', (message: FromThread) => {
      switch (message.kind) {
        case 'ready':
          return resolve(message.commit)
        case 'failed':
          return reject(decodeError(message.error))
        case 'commit':
          return onCommit(message)
        case 'answers':
          for (const { id, body } of message.answers) settle(id, body)
      }
    })
    worker.on('error', (error: Error) => {
      reject(error)
      end(new RepoError('thread_ended', `the ${data.role} thread failed: ${error.message}`, { cause: error }))
    })
    worker.on('exit', () => end(new RepoError('thread_ended', `the ${data.role} thread ended`)))
  })

  // Reported to whoever opens; a thread that nobody came to open has nobody to tell.
  opened.catch(() => {})

  return {
    async open() {
      worker.postMessage('open')
      return { commit: await opened, ask, close }
    },
    abandon: () => worker.terminate(),
  }

  function ask(request: Request): Promise<Answer> {
    if (ended) return Promise.reject(ended)
    return new Promise((resolve, reject) => {
      const id = ++lastId
      pending.set(id, { resolve, reject })
      if (outbox.length === 0) queueMicrotask(send)
      outbox.push({ id, body: request })
    })
  }

  function send() {
    const requests = outbox
    outbox = []
    try {
      worker.postMessage(requests)
    } catch {
      // One value that cannot be cloned must not fail the requests beside it.
      for (const request of requests) sendAlone(request)
    }
  }

  function sendAlone(request: Numbered<Request>) {
    try {
      worker.postMessage([request])
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      settle(request.id, { kind: 'error', error: { code: 'bad_input', message: reason } })
    }
  }

  function settle(id: number, answer: Answer) {
    const waiting = pending.get(id)
    pending.delete(id)
    if (answer.kind === 'error') waiting?.reject(decodeError(answer.error))
    else waiting?.resolve(answer)
  }

  async function close() {
    if (ended) return
    await ask({ kind: 'close' })
    end(new RepoError('closed', 'the repo is closed'))
    await worker.terminate()
  }

  function end(error: RepoError) {
    ended ??= error
    for (const { reject } of pending.values()) reject(ended)
    pending.clear()
  }
}
