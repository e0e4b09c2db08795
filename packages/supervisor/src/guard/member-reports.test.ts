import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { trackCoverage } from './member-reports.ts'

const at = (txid: number, checksum = `${txid}`.padStart(16, 'a')) => ({ txid: BigInt(txid), checksum })
const never = new AbortController().signal

function withMembers(...members: string[]) {
  const state = { members, enough: true }
  const coverage = trackCoverage({
    counted: () => state.members,
    copies: () => (state.enough ? state.members.length + 1 : undefined),
  })
  return { coverage, state }
}

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  // A turn later than whatever is settled by now.
  return Promise.race([promise.then(() => true), nextTurn(false)])
}

describe('trackCoverage', () => {
  it('covers a position once every member reported it or a later one', async () => {
    const { coverage } = withMembers('b', 'c')
    for (const txid of [1, 2]) coverage.produced(at(txid))
    const covered = coverage.whenCovered(at(1), never)
    coverage.reported('b', at(1))
    expect(await isSettled(covered)).toBe(false)
    coverage.reported('c', at(2))
    expect(await covered).toEqual({ copies: 3 })
    expect(coverage.acked).toEqual(at(1))
  })

  it('takes no report of a history that this primary did not produce, however far it is', async () => {
    const { coverage } = withMembers('b')
    coverage.produced(at(5))
    const covered = coverage.whenCovered(at(5), never)
    coverage.reported('b', at(5, 'b'.repeat(16)))
    coverage.reported('b', at(9, 'b'.repeat(16)))
    expect(await isSettled(covered)).toBe(false)
  })

  it('knows a report that came before its own event of the same transaction', async () => {
    const { coverage } = withMembers('b')
    const covered = coverage.whenCovered(at(1), never)
    coverage.reported('b', at(1))
    expect(await isSettled(covered)).toBe(false)
    coverage.produced(at(1))
    expect(await covered).toEqual({ copies: 2 })
  })

  it('takes back what a member proved when its disk goes back', async () => {
    const { coverage } = withMembers('b')
    for (const txid of [1, 2, 3]) coverage.produced(at(txid))
    coverage.reported('b', at(3))
    coverage.reported('b', at(1))
    expect(coverage.provenAt('b')).toBe(1n)
    expect(await isSettled(coverage.whenCovered(at(2), never))).toBe(false)
  })

  it('takes back what a member proved when it is in another history before that', () => {
    const { coverage } = withMembers('b')
    for (const txid of [1, 2, 3]) coverage.produced(at(txid))
    coverage.reported('b', at(3))
    coverage.reported('b', at(2, 'b'.repeat(16)))
    expect(coverage.provenAt('b')).toBeUndefined()
  })

  it('covers no position that this primary did not produce', async () => {
    const { coverage } = withMembers('b')
    for (const txid of [1, 2]) coverage.produced(at(txid))
    coverage.reported('b', at(2))
    expect(await isSettled(coverage.whenCovered(at(1, 'b'.repeat(16)), never))).toBe(false)
    expect(await isSettled(coverage.whenCovered(at(1), never))).toBe(true)
  })

  it('counts who is about to join', async () => {
    const { coverage, state } = withMembers('b')
    coverage.produced(at(1))
    coverage.reported('b', at(1))
    state.members.push('c')
    const covered = coverage.whenCovered(at(1), never)
    expect(await isSettled(covered)).toBe(false)
    state.members.pop()
    coverage.review()
    expect(await covered).toEqual({ copies: 2 })
  })

  it('waits while there are too few members', async () => {
    const { coverage, state } = withMembers()
    state.enough = false
    coverage.produced(at(1))
    const covered = coverage.whenCovered(at(1), never)
    expect(await isSettled(covered)).toBe(false)
    state.enough = true
    coverage.review()
    expect(await covered).toEqual({ copies: 1 })
  })

  it('says that the outcome is unknown when the reign ends', async () => {
    const { coverage } = withMembers('b')
    coverage.produced(at(1))
    const covered = coverage.whenCovered(at(1), never)
    coverage.end()
    await expect(covered).rejects.toMatchObject({ code: 'reign_ended', applied: 'unknown' })
  })
})
