import { existsSync } from 'node:fs'
import { CommandError } from './errors.ts'
import { placesOf } from './node-places.ts'
import type { Settings } from './settings.ts'

/** The socket of this node's guard, for a command that asks it something. */
export function findGuard(settings: Settings): string {
  const { guardSocket } = placesOf(settings)
  if (existsSync(guardSocket)) return guardSocket
  throw new CommandError(
    `no guard listens at ${guardSocket}; run this on a node of a cluster, with the ATOLL_DATA it was started with`,
  )
}
