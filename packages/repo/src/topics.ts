import type { Connection } from './connection.ts'
import type { LocalCommit } from './thread-messages.ts'

/** Follows the `changes` table of one connection: which topics were touched since it last looked. */
export function watchTopics(connection: Connection) {
  const number = connection.prepare<[], number>('select number from commits').pluck()
  const touched = connection
    .prepare<[number, number], string>('select topic from changes where commit_number > ? and commit_number <= ?')
    .pluck()
  let seen = number.get() ?? 0

  return {
    get seen() {
      return seen
    },
    currentCommit: () => number.get() ?? 0,
    /** The commits after the last look, or nothing. */
    since(): LocalCommit | undefined {
      const commit = number.get() ?? 0
      if (commit === seen) return undefined
      const topics = touched.all(seen, commit)
      seen = commit
      return { commit, topics }
    },
  }
}
