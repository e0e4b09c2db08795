import { type CommitNotice, isSameEpoch, type Token } from '@atoll/repo'

/** What a page was made from, and how old that was. */
export interface Provenance {
  topics: readonly string[]
  /** Where the database was at the oldest read; nothing for what no commit changes. */
  token: Token | undefined
  /** The time the page was made for: what is later was not public in it. */
  now: string
}

export interface Drops {
  /** Grows with every drop. Whatever began at the same number has missed none. */
  readonly count: number
  recordCommit(notice: CommitNotice): void
  /** For what changes by itself: a post whose time has come. */
  recordTime(at: string, topics: readonly string[]): void
  /** Whether a topic was dropped by something that the page does not show yet. */
  isOutdated(page: Provenance): boolean
}

interface LastDrop {
  commit: number
  at: string
}

/**
 * Remembers the last drop of each topic, so that a page rendered from older data is never kept: it may be finished
 * after the drop that was meant for it. A bounded number of topics is remembered; all forgotten ones share one floor,
 * which is at worst too high, and then a page is rendered once more than needed.
 */
export function rememberDrops({ limit = 10_000 }: { limit?: number } = {}): Drops {
  const last = new Map<string, LastDrop>()
  const floor: LastDrop = { commit: 0, at: '' }
  /** Everything read before this is outdated. Commits are compared within its epoch. */
  let since: Token | undefined
  let count = 0

  return {
    get count() {
      return count
    },
    recordCommit({ token, topics, dropAll }) {
      count++
      if (dropAll) forgetCommits()
      // Announced late: what it changed was dropped when the next epoch began.
      else if (since && !isSameEpoch(since.epoch, token.epoch)) return
      if (dropAll || !since) since = dropAll ? token : { ...token, commit: 0 }
      for (const topic of topics) record(topic, { commit: token.commit, at: '' })
    },
    recordTime(at, topics) {
      count++
      for (const topic of topics) record(topic, { commit: 0, at })
    },
    isOutdated: ({ topics, token, now }) =>
      isBeforeReset(token) ||
      topics.some((topic) => {
        const drop = last.get(topic) ?? floor
        return (token && drop.commit > token.commit) || drop.at > now
      }),
  }

  function isBeforeReset(token: Token | undefined): boolean {
    return (
      since !== undefined &&
      token !== undefined &&
      (!isSameEpoch(since.epoch, token.epoch) || token.commit < since.commit)
    )
  }

  /** Numbers of another history say nothing. Times go on meaning what they meant. */
  function forgetCommits() {
    for (const drop of [floor, ...last.values()]) drop.commit = 0
  }

  function record(topic: string, { commit, at }: LastDrop) {
    const former = last.get(topic)
    // Set anew, so that the map's order is that of the drops.
    last.delete(topic)
    last.set(topic, later(former ?? { commit: 0, at: '' }, { commit, at }))
    if (last.size > limit) forgetOldest()
  }

  function forgetOldest() {
    const [topic, drop] = last.entries().next().value!
    last.delete(topic)
    Object.assign(floor, later(floor, drop))
  }
}

function later(a: LastDrop, b: LastDrop): LastDrop {
  return { commit: Math.max(a.commit, b.commit), at: [a.at, b.at].sort()[1]! }
}
