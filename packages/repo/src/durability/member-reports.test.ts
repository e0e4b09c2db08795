import { describe, expect, it } from 'vitest'
import { createMemberReports } from './member-reports.ts'

describe('a report', () => {
  const at = (txid: number, checksum = 'a') => ({ txid: BigInt(txid), checksum })

  it('counts only when this primary produced that position', () => {
    const reports = createMemberReports()
    reports.produced(at(7))
    reports.reported('b', at(9, 'of a history of its own'))
    reports.reported('c', at(7, 'the same id, other data'))
    expect([reports.hasReached('b', at(7)), reports.hasReached('c', at(7))]).toEqual([false, false])
    reports.reported('b', at(7))
    expect(reports.hasReached('b', at(7))).toBe(true)
    expect(reports.countReached(at(7))).toBe(1)
  })

  it('counts once this primary hears of a position that a member was faster with', () => {
    const reports = createMemberReports()
    reports.reported('b', at(8))
    expect(reports.hasReached('b', at(8))).toBe(false)
    reports.produced(at(8))
    expect(reports.hasReached('b', at(8))).toBe(true)
  })

  it('covers what was before it, and nothing after', () => {
    const reports = createMemberReports()
    for (const txid of [7, 8, 9]) reports.produced(at(txid))
    reports.reported('b', at(8))
    expect([7, 8, 9].map((txid) => reports.hasReached('b', at(txid)))).toEqual([true, true, false])
  })

  it('of a former reign does not count', () => {
    const reports = createMemberReports()
    reports.produced(at(7))
    reports.reported('b', at(7))
    reports.clear()
    expect(reports.hasReached('b', at(7))).toBe(false)
  })
})
