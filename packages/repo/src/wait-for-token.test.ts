import { describe, expect, it } from 'vitest'
import { createAnnouncements } from './host/announcements.ts'
import type { Token } from './token.ts'
import { waitUntilCovered } from './wait-for-token.ts'

const at = (commit: number, epoch = 1): Token => ({ epoch: { number: epoch, id: `e${epoch}` }, commit })

function openCaches(commit: number) {
  const announcements = createAnnouncements()
  const announce = (token: Token) => announcements.announce({ token, topics: [] }, { isReigning: false })
  announce(at(commit))
  const database = {
    get announced() {
      return announcements.announced
    },
    onCommit: announcements.listen,
  }
  return { database, announce }
}

describe('waitUntilCovered', () => {
  it('asks the database at once when the caches have taken in the commit', async () => {
    const { database } = openCaches(5)
    expect(await waitUntilCovered(database, at(5), { attempt: async () => 'rows' })).toBe('rows')
  })

  it('does not ask before the caches have taken in the commit, though the database has it', async () => {
    const { database, announce } = openCaches(4)
    let attempts = 0
    const waiting = waitUntilCovered(database, at(6), { attempt: async () => ++attempts })
    announce(at(5))
    await Promise.resolve()
    expect(attempts).toBe(0)
    announce(at(6))
    expect(await waiting).toBe(1)
  })

  it('waits on when the database says that it is behind nevertheless', async () => {
    const { database, announce } = openCaches(5)
    const answers = [undefined, 'rows']
    const waiting = waitUntilCovered(database, at(5), { attempt: async () => answers.shift() })
    await Promise.resolve()
    announce(at(6))
    expect(await waiting).toBe('rows')
  })

  it('lets the database judge tokens of earlier epochs, and waits for later ones', async () => {
    const { database, announce } = openCaches(5)
    announce(at(6, 2))
    expect(await waitUntilCovered(database, at(99, 1), { attempt: async () => 'asked' })).toBe('asked')
    const waiting = waitUntilCovered(database, at(1, 3), { attempt: async () => 'asked' })
    announce(at(7, 3))
    expect(await waiting).toBe('asked')
  })

  it('is bounded: then it says that this node is behind', async () => {
    const { database } = openCaches(5)
    const waiting = waitUntilCovered(database, at(6), { attempt: async () => 'rows', patienceMs: 5 })
    await expect(waiting).rejects.toMatchObject({ code: 'behind', message: /1\/5.*1\/6/ })
  })

  it('ends with its signal', async () => {
    const { database } = openCaches(5)
    const leaving = new AbortController()
    const waiting = waitUntilCovered(database, at(6), { attempt: async () => 'rows', signal: leaving.signal })
    leaving.abort()
    await expect(waiting).rejects.toThrow(/abort/)
  })
})
