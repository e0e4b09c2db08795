import type { BlogTables } from '@atoll/blog'
import { type CommitNotice, type Reader, type Repo, RepoError, type Token } from '@atoll/repo'

/** Commits of one reign. */
export function tokenAt(commit: number, epoch = { number: 1, id: 'a' }): Token {
  return { epoch, commit }
}

/** A database of named texts whose commits, announcements and stalls a test arranges one by one. */
export interface FakeRepo extends Pick<Repo<BlogTables>, 'reader' | 'announced' | 'onCommit' | 'waitFor'> {
  reader(options?: { token?: Token }): FakeReader
  /** The primary has this, and this node does not yet; nothing: it cannot be reached. */
  primary: { values: Record<string, string>; commit: number } | undefined
  /** Changes the data and tells nobody: as between a commit and its announcement. */
  write(values: Record<string, string>): number
  announce(commit: number, topics: string[]): void
  /** Both at once. */
  publish(values: Record<string, string>, topics: string[]): void
  /** From here on reads wait, and those who wait for a commit, until `resume`. */
  stall(): void
  resume(): void
  /** From here on reads fail with this. */
  fail(error: Error): void
}

export interface FakeReader extends Reader<BlogTables> {
  read(name: string): Promise<string | undefined>
}

export function createFakeRepo(initial: Record<string, string> = {}): FakeRepo {
  const values: Record<string, string> = { ...initial }
  const listeners = new Set<(notice: CommitNotice) => void>()
  let written = 1
  let announced = 1
  let failure: Error | undefined
  let primary: FakeRepo['primary']
  let gate = Promise.resolve()
  let open = () => {}

  return {
    get primary() {
      return primary
    },
    set primary(next) {
      primary = next
    },
    get announced() {
      return tokenAt(announced)
    },
    reader,
    async waitFor({ epoch, commit }) {
      if (epoch.id !== 'a') return 'lost'
      await gate
      return commit <= announced ? 'covered' : 'behind'
    },
    onCommit(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    write(changes) {
      Object.assign(values, changes)
      return ++written
    },
    announce,
    publish(changes, topics) {
      Object.assign(values, changes)
      announce(++written, topics)
    },
    stall() {
      gate = new Promise((resolve) => {
        open = resolve
      })
    },
    resume: () => open(),
    fail(error) {
      failure = error
    },
  }

  function announce(commit: number, topics: string[]) {
    announced = commit
    for (const listener of listeners) listener({ token: tokenAt(commit), topics })
  }

  function reader({ token }: { token?: Token } = {}): FakeReader {
    let oldest: number | undefined
    const read = async (name: string) => {
      await gate
      if (failure) throw failure
      if (token && token.commit > written) {
        if (!primary || primary.commit < token.commit) throw new RepoError('behind', 'no primary answered')
        oldest = primary.commit
        return primary.values[name]
      }
      oldest = Math.min(oldest ?? written, written)
      return values[name]
    }
    const query = { select: () => query, execute: () => read('commits') }
    return {
      get token() {
        return oldest === undefined ? undefined : tokenAt(oldest)
      },
      read,
      db: { selectFrom: () => query } as never,
      snapshot: () => Promise.reject(new Error('the fake has no tables')),
    }
  }
}
