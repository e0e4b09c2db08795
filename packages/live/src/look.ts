import type { Part } from './parts.ts'

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
