import { createKey, type Repo, RepoError, type Token } from '../../packages/repo/src/index.ts'
import { createMeasurements } from './measurements.ts'
import { addNumber, addPart, increment, type Tables, transfer } from './schema.ts'

/** What became of the writes of one workload. */
export interface History {
  /** Acknowledged. */
  applied: number[]
  /** Failed, and said that they had not happened. */
  refused: number[]
  unknown: number[]
  /** Codes of what failed, counted. */
  codes: Record<string, number>
  longestMs: number
}

export interface LoadOptions {
  writers: number
  /** Each writer's writes. */
  count: number
  deadlineMs: number
  durability?: 'replicated' | 'local'
}

/** Writers that go on one write at a time, each with numbers of its own from `first` on. */
async function load(
  { writers, count }: LoadOptions,
  write: (n: number) => Promise<unknown>,
  first = 0,
): Promise<History> {
  const history: History = { applied: [], refused: [], unknown: [], codes: {}, longestMs: 0 }
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let i = 0; i < count; i++) {
        const n = first + writer * count + i
        const startedAt = performance.now()
        try {
          await write(n)
          history.applied.push(n)
        } catch (error) {
          if (!(error instanceof RepoError)) throw error
          history[error.applied === 'no' ? 'refused' : 'unknown'].push(n)
          history.codes[error.code] = (history.codes[error.code] ?? 0) + 1
        }
        history.longestMs = Math.max(history.longestMs, performance.now() - startedAt)
      }
    }),
  )
  return history
}

export interface StepOptions {
  counter: string
  write: boolean
  token?: Token
  durability?: 'replicated' | 'local'
}

export type Workloads = ReturnType<typeof createWorkloads>

/** What a test asks a node to do by itself, so that the load does not pass through the test. */
export function createWorkloads(repo: Repo<Tables>, node: string) {
  return {
    ...createMeasurements(repo, node),

    set: (options: LoadOptions & { first: number }) => {
      const { deadlineMs, durability } = options
      const run = (n: number) =>
        repo.run(addNumber, { n, node }, { deadlineMs, ...(durability && { durability }), key: createKey() })
      return load(options, run, options.first)
    },

    bank: (options: LoadOptions & { accounts: number }) =>
      load(options, (n) => {
        const from = 1 + (n % options.accounts)
        const to = 1 + ((n * 7 + 3) % options.accounts)
        return repo.run(transfer, { from, to: to === from ? 1 + (to % options.accounts) : to, amount: n % 5 }, options)
      }),

    increments: (options: LoadOptions & { counter: string }) =>
      load(options, () => repo.run(increment, { name: options.counter }, { deadlineMs: options.deadlineMs })),

    /** One client that writes x, and y only once x was acknowledged. */
    pairs: (options: LoadOptions & { first: number }) =>
      load(
        options,
        async (n) => {
          await repo.run(addPart, { name: String(n), part: 'x' }, options)
          await repo.run(addPart, { name: String(n), part: 'y' }, options)
        },
        options.first,
      ),

    /** Looks until told to stop, and reports every moment at which the totals or the pairs were wrong. */
    async watch({ total, untilMs }: { total: number; untilMs: number }) {
      const end = performance.now() + untilMs
      const wrong: string[] = []
      let looks = 0
      while (performance.now() < end && wrong.length < 10) {
        const { balances, orphans } = await repo.reader().snapshot({
          balances: repo.db.selectFrom('accounts').select(({ fn }) => fn.sum<number>('balance').as('total')),
          orphans: repo.db
            .selectFrom('pairs as y')
            .select('name')
            .where('part', '=', 'y')
            .where(({ not, exists, selectFrom }) =>
              not(
                exists(
                  selectFrom('pairs as x').select('x.id').whereRef('x.name', '=', 'y.name').where('x.part', '=', 'x'),
                ),
              ),
            ),
        })
        const sum = balances[0]?.total
        if (sum !== null && sum !== undefined && Number(sum) !== total) wrong.push(`the total is ${sum}`)
        for (const { name } of orphans) wrong.push(`y without x: ${name}`)
        looks += 1
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      return { looks, wrong }
    },

    /** Increments with a token, and reads the counter with it: what was read, and the token to go on with. */
    async step({ counter, token, write, durability = 'replicated' }: StepOptions) {
      const options = { deadlineMs: 20_000, durability }
      const written = write ? await repo.run(increment, { name: counter }, options) : undefined
      const known = written?.token ?? token
      const reader = repo.reader({ ...(known && { token: known }) })
      const row = await reader.db.selectFrom('counters').select('value').where('name', '=', counter).executeTakeFirst()
      return { written: written?.value, read: row?.value ?? 0, token: reader.token ?? written?.token }
    },
  }
}
