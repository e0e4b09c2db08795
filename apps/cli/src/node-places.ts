import { resolve } from 'node:path'
import type { Settings } from './settings.ts'

/** Where things of a node of several are, which its programs and commands have to agree on. */
export interface NodePlaces {
  /** LiteFS's own files, for it alone. */
  litefsData: string
  litefsConfig: string
  /** The guard's own: beside LiteFS's, so that a disk that is replaced or restored takes both. */
  guardFolder: string
  /** Whole copies of a database that another node overtook. */
  salvageFolder: string
  sockets: string
  guardSocket: string
  /** Where the guard passes on what other nodes ask this app. */
  callsSocket: string
}

export function placesOf({ data, litefsData, guard, clusterSocket }: Settings): NodePlaces {
  const sockets = resolve(data, 'run')
  const guardFolder = `${litefsData}-guard`
  return {
    litefsData,
    litefsConfig: `${litefsData}.json`,
    guardFolder,
    salvageFolder: resolve(guardFolder, 'salvage'),
    sockets,
    guardSocket: guard ?? resolve(sockets, 'guard.sock'),
    callsSocket: clusterSocket ?? resolve(sockets, 'calls.sock'),
  }
}
