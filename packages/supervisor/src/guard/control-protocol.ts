import type { Moment } from './moment.ts'

/** What the application may do with a write. A union of its own, so that the data layer needs nothing of this package. */
export type LeaseState =
  /** This node leads, and a heartbeat proves it up to `until`; told again whenever a later one does. */
  | { kind: 'held'; term: string; until: Moment }
  /** It leads, and new writes have to wait: a handover, no room on the disk, or too few members in sync. */
  | { kind: 'draining'; because: 'handover' | 'full-disk' | 'few-members'; until: Moment }
  | { kind: 'not-held' }

export interface GuardStatus {
  node: string
  disk: string
  region: string
  candidate: boolean
  lease: LeaseState
  /** Who holds the lease, as far as Consul was last seen. */
  holder: string | undefined
  term: number | undefined
  members: string[]
  setVersion: number | undefined
  /** `<txid>/<checksum>` */
  position: string | undefined
  joins: boolean
  consul: { lastSeenMs: number | undefined }
  litefs: { silentForMs: number; isPrimary: boolean }
  freeBytes: number | undefined
  peers: {
    node: string
    region: string | undefined
    silentForMs: number | undefined
    position: string | undefined
    candidate: boolean | undefined
  }[]
  /** Connections of strangers that got no further than the handshake. */
  refused: Readonly<Record<string, number>>
}

export type AcceptLossAnswer = { kind: 'confirm'; confirmation: string; mayBeLost: string } | { kind: 'accepted' }

/** Apart from how long it is proven. */
export function isSameState(a: LeaseState, b: LeaseState): boolean {
  if (a.kind === 'held' && b.kind === 'held') return a.term === b.term
  if (a.kind === 'draining' && b.kind === 'draining') return a.because === b.because
  return a.kind === b.kind
}
