import type { Socket } from 'node:net'
import { type HostPort, isEveryAddress } from '../address.ts'
import type { ClusterKeys } from '../link/keys.ts'
import { listenSecurely, type SecureListener } from '../link/listen.ts'
import { listenLocally } from '../link/listen-locally.ts'

/** The unix socket of a program that holds the nodes' port, and the port, for others to be told. */
export interface PassedOn {
  socket: string
  host?: string
  port: number
}

export interface FrontDoor {
  readonly address: HostPort
  /** What callers are told: without a host, it is the one that we call from. */
  readonly told: { host?: string; port: number }
  readonly refused: SecureListener['refused']
  close(): Promise<void>
}

/** What nodes speak on their port; other services may share it. */
export const callService = 'atoll-calls'

/** Opens the way for other nodes to reach this one. */
export async function openFrontDoor(
  listen: HostPort | PassedOn,
  keys: ClusterKeys,
  welcome: (socket: Socket) => void,
): Promise<FrontDoor> {
  if ('socket' in listen) {
    const { socket, host, port } = listen
    const { close } = await listenLocally(socket, welcome)
    const refused = { badHandshake: 0, slowHandshake: 0, crowded: 0 }
    return { address: { host: host ?? '::', port }, told: toldOf(host ?? '::', port), refused, close }
  }
  const listener = await listenSecurely({ listen, keys, services: { [callService]: welcome } })
  const { host, port } = listener.address
  return { address: listener.address, told: toldOf(host, port), refused: listener.refused, close: listener.close }
}

function toldOf(host: string, port: number): FrontDoor['told'] {
  return isEveryAddress(host) ? { port } : { host, port }
}
