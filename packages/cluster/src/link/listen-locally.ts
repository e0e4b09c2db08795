import { rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { ClusterError } from '../errors.ts'

export interface LocalListener {
  /** Ends every connection too. */
  close(): Promise<void>
}

/**
 * Listens on a unix socket, for a program on this machine that holds the nodes' port and passes on to us the
 * connections which proved the secret there. Nothing is proved here: the socket's folder has to keep others out.
 *
 * A socket file that is there already is taken to be left over, and is replaced.
 */
export async function listenLocally(path: string, serve: (socket: Socket) => void): Promise<LocalListener> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => sockets.delete(socket))
    serve(socket)
  })
  rmSync(path, { force: true })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(path, resolve)
  await promise.catch((cause: NodeJS.ErrnoException) => {
    throw new ClusterError('not_listening', `cannot listen on ${path}: ${cause.code}`, { cause })
  })
  return {
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
