import * as blog from '@atoll/blog'
import type { Repo } from '@atoll/repo'
import { logTail } from '../log.ts'
import { type OwnerSocket, openOwnerSocket } from './owner-socket.ts'
import { servePrompt } from './prompt.ts'

interface OwnerOptions {
  data: string
  repo: Repo<blog.BlogTables>
  /** Of several nodes; absent on one machine alone. */
  cluster?: unknown
}

/** Lets the owner of the data folder in: `atoll console` and `atoll logs`. */
export async function openOwner({ data, repo, cluster }: OwnerOptions): Promise<OwnerSocket> {
  const sockets = await Promise.all([
    openOwnerSocket(data, 'console', (socket) => void servePrompt(socket, { repo, blog, cluster })),
    openOwnerSocket(data, 'logs', (socket) => logTail.follow(socket)),
  ])
  return {
    async close() {
      await Promise.all(sockets.map((socket) => socket.close()))
    },
  }
}
