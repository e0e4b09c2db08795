import type { GuardClient } from '@atoll/supervisor/guard'
import { describe, expect, it } from 'vitest'
import { keptByGuard } from './keeper.ts'

type State = GuardClient['lease']['state']
type Drain = Parameters<GuardClient['onDrain']>[0]

describe('a handover that the guard begins', () => {
  it('goes on when no write is running, whoever hears of it first', async () => {
    const guard = fakeGuard()
    const { lease } = keptByGuard(guard)
    guard.become({ kind: 'draining' } as State)
    const first = guard.askToDrain()
    expect(await isSettled(first)).toBe(false)
    lease.drained?.()
    await first

    guard.become({ kind: 'held', term: '2' } as State)
    guard.become({ kind: 'draining' } as State)
    lease.drained?.()
    await guard.askToDrain()
  })

  it('waits again the next time', async () => {
    const guard = fakeGuard()
    const { lease } = keptByGuard(guard)
    guard.become({ kind: 'draining' } as State)
    lease.drained?.()
    guard.become({ kind: 'held', term: '1' } as State)
    guard.become({ kind: 'draining' } as State)
    expect(await isSettled(guard.askToDrain())).toBe(false)
  })

  it('is not ready because writes were parked before for too few members', async () => {
    const guard = fakeGuard()
    const { lease } = keptByGuard(guard)
    guard.become({ kind: 'draining', because: 'few-members' } as State)
    lease.drained?.()
    guard.become({ kind: 'draining', because: 'handover' } as State)
    expect(await isSettled(guard.askToDrain())).toBe(false)
  })
})

function fakeGuard() {
  let drain: Drain = async () => {}
  let listener = () => {}
  const lease = {
    state: { kind: 'held', term: '1' } as State,
    onChange(next: () => void) {
      listener = next
      return () => {}
    },
  }
  return {
    inSyncSet: { whenCovered: () => expect.unreachable() },
    lease,
    onDrain(handler: Drain) {
      drain = handler
    },
    close: async () => {},
    become(state: State) {
      lease.state = state
      listener()
    },
    askToDrain: () => drain({ deadlineMs: 1000 }),
  }
}

async function isSettled(promise: Promise<void>): Promise<boolean> {
  return Promise.race([promise.then(() => true), new Promise<false>((resolve) => setImmediate(resolve, false))])
}
