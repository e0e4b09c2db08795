import type { Message } from './message.ts'

/** Why a connection is ended, as WebSockets number it (RFC 6455, 7.4.1). */
export const closeCodes = { leaving: 1001, malformed: 1008, flood: 1008, silent: 1001, slow: 1013, full: 1013 } as const

export type CloseReason = keyof typeof closeCodes

/** One connection to a browser, whatever it is made of. */
export interface Wire {
  /** Names the connection to whoever speaks to it by another one. */
  readonly id?: string
  /** What was sent and is still in this process. */
  readonly bufferedBytes: number
  tell(message: Message): void
  close(reason: CloseReason): void
}

interface Allowance {
  saidPerSecond: number
  saidAtOnce: number
}

/**
 * What the server knows of one open page. There may be ten thousand: no closures and no timers of its own, and
 * nothing that grows.
 */
export class Session {
  readonly wire: Wire
  readonly address: string
  isOpen = true
  /** The page whose changes it is told. */
  page: string | undefined
  /** The page it asked for last; it is told of it when this node has caught up with what it saw. */
  wanted: string | undefined
  /** Hash of a person's id. */
  person: string | undefined
  /** Since the last heartbeat. */
  wasHeard = true
  /** When it was first left out because it reads too slowly. */
  behindSince: number | undefined
  #allowance: number
  #allowanceAt = performance.now()

  constructor(wire: Wire, address: string, { saidAtOnce }: Pick<Allowance, 'saidAtOnce'>) {
    this.wire = wire
    this.address = address
    this.#allowance = saidAtOnce
  }

  /** Whether it may say one more thing: a bucket that fills with time. */
  maySpeak({ saidPerSecond, saidAtOnce }: Allowance): boolean {
    const now = performance.now()
    const refilled = this.#allowance + ((now - this.#allowanceAt) / 1000) * saidPerSecond
    this.#allowanceAt = now
    this.#allowance = Math.min(saidAtOnce, refilled) - 1
    return this.#allowance >= 0
  }
}
