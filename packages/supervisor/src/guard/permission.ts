import type { Picture } from './records.ts'

/** `init`: this is a new cluster. `accept-loss`: what the members had may be lost. */
export type PermissionKind = 'init' | 'accept-loss'

export interface PermissionSlip {
  give(kind: PermissionKind, confirmedFor: Picture): void
  withdraw(): void
  /** The one that holds for what Consul shows. */
  for(picture: Picture): PermissionKind | undefined
}

const holdsForMs = 60_000

/**
 * What a person allowed this node. It was said about one in-sync set: once somebody led, that set has another index,
 * and there may be acknowledged writes that nobody agreed to lose.
 */
export function keepPermission(): PermissionSlip {
  let given: { kind: PermissionKind; setIndex: number | undefined; until: number } | undefined

  return {
    give(kind, { set }) {
      given = { kind, setIndex: set?.index, until: performance.now() + holdsForMs }
    },
    withdraw() {
      given = undefined
    },
    for({ set }) {
      const holds = given && performance.now() < given.until && given.setIndex === set?.index
      return holds ? given!.kind : undefined
    },
  }
}
