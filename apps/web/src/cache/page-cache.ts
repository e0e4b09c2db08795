import type { CommitNotice } from '@atoll/repo'
import type { Representation } from '../http/representation.ts'
import { type Drops, type Provenance, rememberDrops } from './drops.ts'

export interface CachedPage extends Provenance {
  representation: Representation
}

export interface PageCacheOptions {
  /** Bodies in all their encodings, and an allowance for the rest. */
  maxBytes?: number
  drops?: Drops
}

interface Entry extends CachedPage {
  key: string
  /** Since eviction last passed by. */
  wasUsed: boolean
}

/**
 * Rendered pages by path and query, until a topic of theirs changes or room is needed.
 *
 * Room is made by second chance rather than exact order of use: a hit costs one assignment, and pages that are asked
 * for once (a crawler, a flood of searches) cannot push out those that are asked for again.
 */
export class PageCache {
  readonly drops: Drops
  readonly #maxBytes: number
  readonly #entries = new Map<string, Entry>()
  readonly #byTopic = new Map<string, Set<Entry>>()
  #bytes = 0

  constructor({ maxBytes = 64 * 1024 * 1024, drops = rememberDrops() }: PageCacheOptions = {}) {
    this.#maxBytes = maxBytes
    this.drops = drops
  }

  get bytes(): number {
    return this.#bytes
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: string): Representation | undefined {
    return this.find(key)?.representation
  }

  /** The page with what it was made from. */
  find(key: string): CachedPage | undefined {
    const entry = this.#entries.get(key)
    if (entry !== undefined) entry.wasUsed = true
    return entry
  }

  /** Keeps a page, unless it shows less than what is known to have changed, or would fill a quarter of the room. */
  store(key: string, page: CachedPage): boolean {
    const { representation } = page
    if (this.drops.isOutdated(page) || representation.size > this.#maxBytes / 4) return false
    const former = this.#entries.get(key)
    if (former) this.#remove(former)

    const entry: Entry = { ...page, key, wasUsed: false }
    this.#entries.set(key, entry)
    for (const topic of page.topics) this.#entriesOf(topic).add(entry)
    representation.onGrowth = (bytes) => this.#grow(bytes)
    this.#grow(representation.size)
    return true
  }

  /** Drops what a commit changed; a page that was read from that commit already stays. */
  dropCommit(notice: CommitNotice): void {
    const { token, topics, dropAll } = notice
    this.drops.recordCommit(notice)
    if (dropAll) this.clear()
    else this.#removeWhere(topics, (entry) => entry.token !== undefined && entry.token.commit < token.commit)
  }

  /** Drops what shows something else from a moment on; a page made for that moment or a later one stays. */
  dropTime({ at, topics }: { at: string; topics: readonly string[] }): void {
    this.drops.recordTime(at, topics)
    this.#removeWhere(topics, (entry) => entry.now < at)
  }

  clear(): void {
    for (const entry of [...this.#entries.values()]) this.#remove(entry)
  }

  #entriesOf(topic: string): Set<Entry> {
    let entries = this.#byTopic.get(topic)
    if (!entries) {
      entries = new Set()
      this.#byTopic.set(topic, entries)
    }
    return entries
  }

  #removeWhere(topics: readonly string[], isDropped: (entry: Entry) => boolean): void {
    for (const topic of topics) {
      for (const entry of this.#byTopic.get(topic) ?? []) if (isDropped(entry)) this.#remove(entry)
    }
  }

  #grow(bytes: number): void {
    this.#bytes += bytes
    while (this.#bytes > this.#maxBytes && this.#entries.size > 0) this.#evictOne()
  }

  #evictOne(): void {
    for (const entry of this.#entries.values()) {
      if (!entry.wasUsed) {
        this.#remove(entry)
        return
      }
      entry.wasUsed = false
      // To the end of the queue: the map is walked in order of insertion, so this loop meets it again at worst once.
      this.#entries.delete(entry.key)
      this.#entries.set(entry.key, entry)
    }
  }

  #remove(entry: Entry): void {
    if (this.#entries.get(entry.key) !== entry) return
    this.#entries.delete(entry.key)
    entry.representation.onGrowth = undefined
    this.#bytes -= entry.representation.size
    for (const topic of entry.topics) {
      const entries = this.#byTopic.get(topic)
      entries?.delete(entry)
      if (entries?.size === 0) this.#byTopic.delete(topic)
    }
  }
}
