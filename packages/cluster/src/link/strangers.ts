import type { Socket } from 'node:net'

/** How many connections were ended before they proved anything, and why. */
export interface RefusalCounts {
  /** Wrong secret, garbage, replayed bytes, an unknown service, or a peer that left during the handshake. */
  badHandshake: number
  /** The handshake was not over in time. */
  slowHandshake: number
  /** Too many strangers at once. */
  crowded: number
}

export interface Strangers {
  readonly refused: RefusalCounts
  readonly waiting: number
  admit(socket: Socket): void
  acquit(remote: Remote): void
  close(): void
}

type Remote = Pick<Socket, 'remoteAddress' | 'remotePort'>

/**
 * Keeps the connections that have not proved the secret yet, at most `limit` of them.
 *
 * Whoever fills all places with silent connections would keep the nodes out. So the newcomer is let in and the oldest
 * connection of the address that holds most leaves: a node is through within a round trip or two, a squatter is not,
 * and he pushes out his own connections first.
 */
export function watchStrangers(limit: number): Strangers {
  const waiting = new Map<string, Socket>()
  const refused: RefusalCounts = { badHandshake: 0, slowHandshake: 0, crowded: 0 }

  return {
    refused,
    get waiting() {
      return waiting.size
    },
    admit(socket) {
      if (socket.destroyed) return
      if (waiting.size >= limit) {
        refused.crowded += 1
        oldestOfTheMost(waiting).destroy()
      }
      const key = keyOf(socket)
      waiting.set(key, socket)
      socket.once('close', () => waiting.delete(key))
    },
    acquit(remote) {
      waiting.delete(keyOf(remote))
    },
    close() {
      for (const socket of waiting.values()) socket.destroy()
    },
  }
}

function keyOf({ remoteAddress, remotePort }: Remote): string {
  return `${remoteAddress} ${remotePort}`
}

function oldestOfTheMost(waiting: Map<string, Socket>): Socket {
  const byAddress = Map.groupBy(waiting.values(), ({ remoteAddress }) => remoteAddress)
  const [most] = [...byAddress.values()].sort((a, b) => b.length - a.length)
  return most![0]!
}
