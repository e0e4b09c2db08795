import type { CommitNotice } from '../protocol.ts'
import type { Token } from '../token.ts'
import { isSameEpoch } from '../token.ts'
import type { Connection } from './connection.ts'

interface CommitsRow {
  number: number
  epoch: number
  epoch_id: string
}

export interface StateReader {
  /** Where the database is, in the transaction it is asked in; nothing before the first epoch. */
  current(): Token | undefined
  /** Whether what is read in this transaction shows everything that the token's holder has seen. */
  coverage(token: Token, at: Token): 'covered' | 'behind' | 'lost'
}

export function readState(connection: Connection): StateReader {
  const state = connection.prepare<[], CommitsRow>('select number, epoch, epoch_id from commits')
  const epochAt = connection.prepare<[number], { id: string }>('select id from epochs where number = ?')
  const epochAfter = connection.prepare<[number], { first_commit: number }>(
    'select first_commit from epochs where number > ? order by number limit 1',
  )
  return {
    current() {
      const row = state.get()
      return row && row.epoch > 0 ? { epoch: { number: row.epoch, id: row.epoch_id }, commit: row.number } : undefined
    },
    coverage({ epoch, commit }, at) {
      if (isSameEpoch(epoch, at.epoch)) return commit <= at.commit ? 'covered' : 'behind'
      if (epoch.number > at.epoch.number) return 'behind'
      // Another epoch took this number, or took over before this commit reached its node.
      if (epochAt.get(epoch.number)?.id !== epoch.id) return 'lost'
      return epochAfter.get(epoch.number)!.first_commit > commit ? 'covered' : 'lost'
    },
  }
}

export interface StateWatch {
  readonly seen: Token | undefined
  /** Goes on from somebody else's last look. */
  seeFrom(token: Token | undefined): void
  /** What the commits after the last look touched; nothing when there were none. */
  look(): CommitNotice | undefined
}

/** In the place of a topic: every row up to this one's commit may have been deleted. */
const cleanedUp = ''

/**
 * Follows the `changes` table of one connection. It holds one row for each topic, with the last commit that touched
 * it, so a look costs what changed. Who looked last before rows that are no more is told to drop everything.
 */
export function watchState(connection: Connection, state: StateReader): StateWatch {
  const touched = connection
    .prepare<[number, number], string>('select topic from changes where commit_number > ? and commit_number <= ?')
    .pluck()
  let seen: Token | undefined

  return {
    get seen() {
      return seen
    },
    seeFrom(token) {
      seen = token
    },
    look() {
      const token = state.current()
      if (!token || (seen && isSameEpoch(seen.epoch, token.epoch) && seen.commit === token.commit)) return undefined
      const before = seen
      seen = token
      // A new reign may have undone what the former one showed, and a number that falls is another history.
      const isContinued = before && isSameEpoch(before.epoch, token.epoch) && before.commit < token.commit
      const topics = isContinued ? touched.all(before.commit, token.commit) : [cleanedUp]
      return topics.includes(cleanedUp) ? { token, topics: [], dropAll: true } : { token, topics }
    },
  }
}

/** Nodes that look less often than this many commits drop their caches in place of being told what changed. */
const keptCommits = 10_000
const cleanedAtOnce = 256
const cleanEveryMs = 1000

/** Deletes some of the oldest rows of `changes` now and then; part of a group. Posts that are gone leave theirs behind. */
export function cleanChanges(connection: Connection): (commit: number) => void {
  const deleteOldest = connection
    .prepare<[string, number, number], number>(
      `delete from changes where topic in (
        select topic from changes where topic <> ? and commit_number <= ? order by commit_number limit ?
      ) returning commit_number`,
    )
    .pluck()
  const markCleaned = connection.prepare(
    `insert into changes values (?, ?) on conflict (topic) do update set commit_number = excluded.commit_number`,
  )
  let cleanedAt = -Infinity

  return function clean(commit) {
    const now = performance.now()
    if (now - cleanedAt < cleanEveryMs) return
    cleanedAt = now
    const deleted = deleteOldest.all(cleanedUp, commit - keptCommits, cleanedAtOnce)
    if (deleted.length > 0) markCleaned.run(cleanedUp, Math.max(...deleted))
  }
}
