import type { Repo } from '../../packages/repo/src/index.ts'
import { addNumber, type Tables } from './schema.ts'

/** The machine's monotonic clock in milliseconds: every process on it reads the same one. */
const now = () => Number(process.hrtime.bigint()) / 1e6

export interface WriteTimesOptions {
  count: number
  durability: 'replicated' | 'local'
  /** Pause after each, so that every one finds the system at rest. Default none. */
  pauseMs?: number
}

export type Measurements = ReturnType<typeof createMeasurements>

/** What benchmarks ask a node to do and to time by itself. */
export function createMeasurements(repo: Repo<Tables>, node: string) {
  return {
    /** One write at a time: how long each took, and when it was acknowledged. */
    async writeTimes({ count, durability, pauseMs = 0 }: WriteTimesOptions) {
      const took: number[] = []
      const acknowledged: Record<number, number> = {}
      for (let n = 1; n <= count; n++) {
        const startedAt = now()
        await repo.run(addNumber, { n, node }, { durability, deadlineMs: 20_000 })
        const endedAt = now()
        acknowledged[n] = endedAt
        took.push(endedAt - startedAt)
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
      }
      return { took, acknowledged }
    },

    /** Looks for the numbers up to `count` of a writer, and says when each was first there. */
    async watchNumbers({ count, of, timeoutMs }: { count: number; of: string; timeoutMs: number }) {
      const seen: Record<number, number> = {}
      let last = 0
      for (const end = now() + timeoutMs; last < count && now() < end; ) {
        const newest = await repo
          .reader()
          .db.selectFrom('numbers')
          .select('n')
          .where('node', '=', of)
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirst()
        const seenAt = now()
        for (; last < (newest?.n ?? 0); last++) seen[last + 1] = seenAt
      }
      return seen
    },

    /** Readers that go on one read after another; resolves to the reads a second of all. */
    async readsPerSecond({ readers, seconds }: { readers: number; seconds: number }) {
      const end = now() + seconds * 1000
      let count = 0
      await Promise.all(
        Array.from({ length: readers }, async (_, reader) => {
          for (let id = 1 + reader; now() < end; id = 1 + ((id + 7) % 1000)) {
            await repo.reader().db.selectFrom('numbers').selectAll().where('id', '=', id).executeTakeFirst()
            count++
          }
        }),
      )
      return count / seconds
    },
  }
}
