import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ReplicationEvent, Role } from '@atoll/replication'
import { describe, expect, it } from 'vitest'
import { whilePrimary } from './while-primary.ts'

const primary: Role = { kind: 'primary' }
const replica: Role = { kind: 'replica', primary: 'other' }
const unknown: Role = { kind: 'unknown' }

describe('whilePrimary', () => {
  it('works while the node is primary, and again the next time', async () => {
    const done: string[] = []
    await whilePrimary(
      eventsOf([replica, unknown, primary, primary, unknown, primary, replica]),
      never,
      async (signal) => {
        done.push('begin')
        await aborted(signal)
        done.push('end')
      },
    )
    expect(done).toEqual(['begin', 'end', 'begin', 'end'])
  })

  it('does nothing on a replica, whatever else happens', async () => {
    await whilePrimary(eventsOf([unknown, replica]), never, () => expect.unreachable())
  })

  it('begins again only when the last work has ended, and not for a term that is over by then', async () => {
    const done: string[] = []
    const { promise: isLetGo, resolve: letGo } = Promise.withResolvers<void>()
    const working = whilePrimary(eventsOf([primary, replica, primary, replica]), never, async () => {
      done.push('begin')
      await isLetGo
      done.push('end')
    })
    for (let turn = 0; turn < 20; turn++) await nextTurn()
    expect(done).toEqual(['begin'])
    letGo()
    await working
    expect(done).toEqual(['begin', 'end'])
  })
})

const never = new AbortController().signal

function eventsOf(roles: Role[]) {
  return {
    async *events(): AsyncGenerator<ReplicationEvent> {
      for (const role of roles) {
        yield { kind: 'transaction', position: { txid: 1n, checksum: '0' } }
        yield { kind: 'role', role }
        await nextTurn()
      }
    },
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve())))
}
