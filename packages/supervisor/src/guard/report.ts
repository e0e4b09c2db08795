import type { SetName } from './in-sync-set.ts'

/** What a guard says of its node to the others: when it is pinged, and whenever its database moved. */
export interface Report {
  node: string
  /** Grows with each report. What is told may overtake what was answered just before, and an older report is none. */
  count: number
  disk: string
  address: string
  region: string
  candidate: boolean
  /** Wants to be in the in-sync set; not while it stops, or its disk is full. */
  joins: boolean
  /** Has an application that would write if it led. */
  serves: boolean
  /** Without Consul its LiteFS learns of no new primary, and cannot follow one. */
  seesConsul: boolean
  /** `<txid>/<checksum>`, once it has a database. */
  position: string | undefined
  /** Which in-sync set is the newest that it knows. A guard of an older release does not say. */
  newestSet?: SetName | undefined
}
