import { type Coverage, encodeToken, RepoError, type Token } from '@atoll/repo'
import { describe, expect, it } from 'vitest'
import { createVisits } from './visits.ts'

const at = (number: number, commit: number, id = `e${number}`): Token => ({ epoch: { number, id }, commit })

describe('createVisits', () => {
  it('asks nothing of the database for what this node has announced', async () => {
    const { welcome } = open({ announced: at(2, 10) })
    expect(await welcome(at(2, 10))).toMatchObject({ token: undefined, notice: undefined })
  })

  it('asks it whether a token of an earlier epoch is part of this history', async () => {
    const kept = open({ announced: at(3, 1), coverage: 'covered' })
    expect(await kept.welcome(at(2, 10))).toMatchObject({ token: undefined, notice: undefined })
    const lost = open({ announced: at(3, 1), coverage: 'lost' })
    expect(await lost.welcome(at(2, 99))).toMatchObject({ token: undefined, notice: 'lost' })
  })

  it('reads from the primary what this node does not have after the wait', async () => {
    const { welcome } = open({ announced: at(2, 10), read: async () => {} })
    expect(await welcome(at(2, 11))).toMatchObject({ token: at(2, 11), notice: undefined })
    const lost = open({ announced: at(2, 10), read: () => Promise.reject(new RepoError('lost', '')) })
    expect(await lost.welcome(at(2, 11))).toMatchObject({ token: undefined, notice: 'lost' })
  })

  it('says that nobody could be asked, and does not wait longer than its time', async () => {
    for (const read of [() => Promise.reject(new RepoError('behind', '')), waitForSignal]) {
      expect(await open({ announced: at(2, 10), read }).welcome(at(2, 11))).toMatchObject({ notice: 'behind' })
    }
  })

  it('does not take a fault of its own for a matter of tokens', async () => {
    const { welcome } = open({ announced: at(2, 10), read: () => Promise.reject(new TypeError('x')) })
    await expect(welcome(at(2, 11))).rejects.toThrow(TypeError)
  })

  it('lets only some wait for tokens that are made up', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { welcome } = open({ announced: at(2, 10), read: () => promise })
    const waiting = [welcome(at(9, 1)), welcome(at(9, 1))]
    expect(await welcome(at(9, 1))).toMatchObject({ notice: 'behind' })
    resolve()
    for (const visit of await Promise.all(waiting)) expect(visit).toMatchObject({ token: at(9, 1) })
  })

  it('never gives back an older token than it got, except for one that was lost', async () => {
    const { welcome } = open({ announced: at(2, 10), read: () => Promise.reject(new RepoError('behind', '')) })
    expect((await welcome(at(2, 12)))!.headers()).toContain(encodeToken(at(2, 12)))
    const lost = open({ announced: at(2, 10), coverage: 'lost' })
    expect((await lost.welcome(at(1, 50)))!.headers()).toContain(encodeToken(at(2, 10)))
  })
})

interface Database {
  announced: Token
  /** Default: this node is behind. */
  coverage?: Coverage
  /** What comes of asking the primary. */
  read?: (signal: AbortSignal) => Promise<unknown>
}

function open({ announced, coverage = 'behind', read = () => expect.unreachable() }: Database) {
  const visits = createVisits({
    repo: {
      announced,
      waitFor: async () => coverage,
      reader: ({ signal } = {}) => ({ read: () => read(signal!) }) as never,
    },
    readAnything: (reader) => (reader as unknown as { read: () => Promise<unknown> }).read(),
    timeoutMs: 30,
    isSecure: true,
    maxWaiting: 2,
  })
  return { welcome: (token: Token) => visits.welcome({ headers: { 'atoll-token': encodeToken(token) } }) }
}

function waitForSignal(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
}
