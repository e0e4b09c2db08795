import type { Buffer } from 'node:buffer'
import type { Outline, Part } from './parts.ts'
import type { Session } from './session.ts'

/** What an address shows now. */
export type Look =
  | {
      kind: 'page'
      /** Equal versions are equal bytes, on every node and after every restart. */
      version: string
      /** How new the data is, for a node that may be behind this one. */
      at: string
      title: string
      parts: readonly Part[]
      topics: readonly string[]
    }
  | { kind: 'moved'; location: string; topics: readonly string[] }
  | { kind: 'gone'; topics: readonly string[] }

/** Everybody who has one address open on this node. */
export interface Room {
  readonly page: string
  readonly members: Set<Session>
  shown: Shown | undefined
  looking: Promise<Shown> | undefined
  /** A topic was touched since the last look began. */
  isDirty: boolean
  /** Somebody in it could not be told what it shows. */
  hasFailed: boolean
  /** No look before this time. */
  restsUntil: number
  timer: NodeJS.Timeout | undefined
  /** The page for whoever comes with another version; made when first needed. */
  whole: Promise<Buffer> | undefined
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
    isDirty: false,
    hasFailed: false,
    restsUntil: 0,
    timer: undefined,
    whole: undefined,
  }
}
