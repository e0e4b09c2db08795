import { Buffer } from 'node:buffer'
import type { Told } from './protocol.ts'
import type { Room } from './room.ts'

/** Why a connection is ended, as WebSockets number it (RFC 6455, 7.4.1). */
export const closeCodes = { leaving: 1001, malformed: 1008, flood: 1008, silent: 1001, slow: 1013, full: 1013 } as const

export type CloseReason = keyof typeof closeCodes

/** One connection to a browser, whatever it is made of. */
export interface Wire {
  /** Names the connection to whoever speaks to it by another one. */
  readonly id?: string
  /** What was sent and is still in this process. */
  readonly bufferedBytes: number
  send(message: Buffer): void
  close(reason: CloseReason): void
}

/**
 * What the server knows of one open page. There may be ten thousand: no closures and no timers of its own, and
 * nothing that grows.
 */
export class Session {
  readonly wire: Wire
  readonly address: string
  room: Room | undefined
  /** The page it asked for last; it enters the room when this node has caught up with what it saw. */
  wanted: string | undefined
  /** Hash of a person's id. */
  person: string | undefined
  /** Since the last heartbeat. */
  wasHeard = true
  /** When it was first left out because it reads too slowly. */
  behindSince: number | undefined
  allowance: number
  allowanceAt: number

  constructor(wire: Wire, address: string, { allowance, now }: { allowance: number; now: number }) {
    this.wire = wire
    this.address = address
    this.allowance = allowance
    this.allowanceAt = now
  }
}

/** Encoded once, whoever gets it. */
export function encodeTold(told: Told): Buffer {
  return Buffer.from(JSON.stringify(told))
}
