import { RepoError } from '../errors.ts'
import type { DatabaseHost } from '../host/database-host.ts'
import { rowsOf, runLocally } from '../run-calls.ts'
import { waitUntilCovered } from '../wait-for-token.ts'
import type { RepoNode } from './node.ts'

/** A database that no other node has a copy of. */
export function aloneOn(database: DatabaseHost): RepoNode {
  return {
    run: runLocally(database),
    async waitFor(token, { waitMs = 1000, signal } = {}) {
      const attempt = async () => {
        const answer = await database.read({ statements: [], token })
        return answer.kind === 'behind' ? undefined : rowsOf(answer, [], token)
      }
      try {
        await waitUntilCovered(database, token, { attempt, patienceMs: waitMs, signal })
        return 'covered'
      } catch (error) {
        if (error instanceof RepoError && (error.code === 'lost' || error.code === 'behind')) return error.code
        throw error
      }
    },
    get state() {
      return {
        role: { kind: 'primary' },
        leadership: 'leading',
        epoch: database.announced?.epoch,
        database: database.state,
        writes: { waiting: 0, bytes: 0, parked: 0, retried: 0, found: 0, fenced: 0 },
        reads: { waited: 0, elsewhere: 0 },
        inSync: [],
        problem: undefined,
      } as const
    },
    close: async () => {},
  }
}
