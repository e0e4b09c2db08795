import type { Message } from './message.ts'
import type { Outline } from './parts.ts'
import type { Session } from './session.ts'

/** Everybody who has one address open on this node. */
export interface Room {
  readonly page: string
  readonly members: Set<Session>
  shown: Shown | undefined
  looking: Promise<Shown> | undefined
  /** Resolves when everybody in it was sent its last change. */
  delivered: Promise<void> | undefined
  /** A topic was touched since the last look began. */
  isDirty: boolean
  /** Somebody in it could not be told what it shows. */
  hasFailed: boolean
  /** No look before this time. */
  restsUntil: number
  timer: NodeJS.Timeout | undefined
  /** The page for whoever comes with another version; made when first needed. */
  whole: Promise<Message> | undefined
}

export type Shown =
  | { kind: 'page'; version: string; outline: readonly Outline[]; topics: readonly string[] }
  | { kind: 'moved'; location: string; topics: readonly string[] }
  | { kind: 'gone'; topics: readonly string[] }

export function openRoom(page: string): Room {
  return {
    page,
    members: new Set(),
    shown: undefined,
    looking: undefined,
    delivered: undefined,
    isDirty: false,
    hasFailed: false,
    restsUntil: 0,
    timer: undefined,
    whole: undefined,
  }
}
