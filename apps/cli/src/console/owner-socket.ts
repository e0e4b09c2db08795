import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { CommandError } from '../errors.ts'

export interface OwnerSocket {
  close(): Promise<void>
}

/** The system takes no longer paths for sockets; some take 104. */
const longestPath = 103

/**
 * A socket that nobody but the user of this process can open: it is in a folder that others cannot enter, made so
 * before there is anything in it. Whoever is that user could do everything else with the site, too.
 */
export async function openOwnerSocket(
  data: string,
  name: string,
  onConnection: (socket: Socket) => void,
): Promise<OwnerSocket> {
  const path = pathOf(data, name)
  mkdirSync(folderOf(data), { recursive: true, mode: 0o700 })
  chmodSync(folderOf(data), 0o700)
  // Left behind by a process that was killed; two sites never share a data folder.
  rmSync(path, { force: true })
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => {})
    onConnection(socket)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  server.unref()
  return {
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** Connects to that socket of a site that runs on this machine. */
export async function connectToOwner(data: string, name: string): Promise<Socket> {
  const socket = connect(pathOf(data, name))
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', ({ code }: NodeJS.ErrnoException) => {
      const reason = code === 'EACCES' ? 'only the user that runs it may' : 'no site runs there'
      reject(new CommandError(`cannot reach the site in ${data}: ${reason}`))
    })
  })
  return socket
}

function folderOf(data: string): string {
  return join(data, 'owner')
}

function pathOf(data: string, name: string): string {
  const path = join(folderOf(data), name)
  if (path.length > longestPath) throw new CommandError(`ATOLL_DATA: ${data} is too long a path for a socket in it`)
  return path
}
