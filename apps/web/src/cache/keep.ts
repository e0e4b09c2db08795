import type { BlogTables } from '@atoll/blog'
import { newerToken, type Reader, type Repo, type Token } from '@atoll/repo'
import type { Drops } from './drops.ts'
import { toSeconds } from './schedule.ts'

export interface KeptState<Value> {
  value: Value
  /** It was this here. */
  token: Token | undefined
  /** The time it was read for. */
  now: string
}

export interface Kept<Value> {
  current(): Promise<KeptState<Value>>
  /** Not older than the token, for one reader; not kept. */
  readFor(token: Token): Promise<KeptState<Value>>
  /** What is known without asking the database: for pages that tell of its failure. */
  lastKnown(): Value | undefined
}

interface KeepOptions<Value> {
  repo: Pick<Repo<BlogTables>, 'reader' | 'announced'>
  load: (reader: Reader<BlogTables>, time: { now: string }) => Promise<Value>
  /** What changes it. Whatever page shows it has these topics too. */
  topics: readonly string[]
  drops: Drops
  now: () => Date
}

/** Keeps what many pages need and what hardly changes: it is read once after each change. */
export function keep<Value>({ repo, load, topics, drops, now }: KeepOptions<Value>): Kept<Value> {
  let kept: KeptState<Value> | undefined
  let loading: { begunAt: number; state: Promise<KeptState<Value>> } | undefined

  return {
    async current() {
      // Nothing was dropped since, so it is still the same at every commit announced until now.
      if (kept && !isOutdated(kept)) return { ...kept, token: newerToken(kept.token, repo.announced) }
      if (loading?.begunAt !== drops.count) {
        const begun = { begunAt: drops.count, state: loadAndKeep() }
        loading = begun
        const end = () => {
          if (loading === begun) loading = undefined
        }
        begun.state.then(end, end)
      }
      return loading!.state
    },
    readFor: (token) => read(repo.reader({ token })),
    lastKnown: () => kept?.value,
  }

  async function loadAndKeep(): Promise<KeptState<Value>> {
    const state = await read(repo.reader())
    if (!isOutdated(state)) kept = state
    return state
  }

  async function read(reader: Reader<BlogTables>): Promise<KeptState<Value>> {
    const time = toSeconds(now())
    const value = await load(reader, { now: time })
    return { value, token: reader.token, now: time }
  }

  function isOutdated({ token, now }: KeptState<Value>): boolean {
    return drops.isOutdated({ topics, token, now })
  }
}
