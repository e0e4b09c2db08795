import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

/** What a client process reports, each with the times of what it tells. */
export interface Report {
  /** `watching`: each of its readers has a line and shows the page; `changed`: each was sent another version. */
  kind: 'watching' | 'changed'
  times: number[]
}

export interface Crowd {
  /** The next time that all readers did this: when each of them did, in milliseconds since 1970. */
  next(kind: Report['kind']): Promise<number[]>
  close(): Promise<void>
}

const processes = 4

/** Readers of one page, in processes of low priority: they stand for ten thousand other machines. */
export function openCrowd(url: string, page: string, count: number): Crowd {
  const children = Array.from({ length: processes }, (_, number) => {
    const args = [join(import.meta.dirname, 'client.ts'), url, page, String(Math.ceil(count / processes)), `${number}`]
    return spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  })
  return {
    next: async (kind) => (await Promise.all(children.map((child) => nextReport(child, kind)))).flat(),
    async close() {
      const gone = children.map((child) => new Promise((resolve) => child.once('exit', resolve)))
      for (const child of children) child.disconnect()
      await Promise.all(gone)
    },
  }
}

function nextReport(child: ChildProcess, kind: Report['kind']): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const fail = (code: number | null) => reject(new Error(`a client ended with ${code}`))
    const hear = (report: Report) => {
      if (report.kind !== kind) return
      child.off('message', hear)
      child.off('exit', fail)
      resolve(report.times)
    }
    child.on('message', hear)
    child.once('exit', fail)
  })
}
