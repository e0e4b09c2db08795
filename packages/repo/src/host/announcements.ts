import type { CommitNotice } from '../protocol.ts'
import { isSameEpoch, type Token } from '../token.ts'

export interface Announcements {
  /** How far the commits are announced. */
  readonly announced: Token | undefined
  /** From an engine that follows the file. While this node writes, its writer knows better than those who read. */
  announce(notice: CommitNotice, options: { isReigning: boolean }): void
  /** A reign begins here. */
  startReign(token: Token): void
  dropAll(): void
  listen(listener: (notice: CommitNotice) => void): () => void
}

/** Several connections notice commits; each commit is announced once, and in order. */
export function createAnnouncements(): Announcements {
  const listeners = new Set<(notice: CommitNotice) => void>()
  let announced: Token | undefined

  return {
    get announced() {
      return announced
    },
    announce(notice, { isReigning }) {
      if (isKnown(notice.token) && (isReigning || !notice.dropAll)) return
      tell(notice)
    },
    startReign(token) {
      // Nothing can have been kept yet by those above.
      if (!announced) announced = token
      else if (!isSameEpoch(announced.epoch, token.epoch)) tell({ token, topics: [], dropAll: true })
    },
    dropAll() {
      if (announced) tell({ token: announced, topics: [], dropAll: true })
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }

  function isKnown({ epoch, commit }: Token): boolean {
    return announced !== undefined && isSameEpoch(announced.epoch, epoch) && commit <= announced.commit
  }

  function tell(notice: CommitNotice) {
    announced = notice.token
    for (const listener of listeners) listener(notice)
  }
}
