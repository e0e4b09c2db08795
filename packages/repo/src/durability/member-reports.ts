import type { InSyncMember } from '../cluster-seam.ts'
import type { Position } from '../protocol.ts'
import { createHistoryRing } from './history-ring.ts'

/** Reports kept that this primary has not yet heard of itself: a replica can be faster than the primary's own event. */
const unmatchedLimit = 64

interface Member {
  reached: Position | undefined
  unmatched: Position[]
}

/** What the members of one reign said of their positions, as far as it can be believed. */
export function createMemberReports() {
  const history = createHistoryRing()
  const members = new Map<string, Member>()

  return {
    /** This primary produced the position. */
    produced(position: Position) {
      history.add(position)
      for (const member of members.values()) {
        const found = member.unmatched.findIndex((reported) => isSame(reported, position))
        if (found < 0) continue
        member.unmatched.splice(0, found + 1)
        reach(member, position)
      }
    },
    reported(name: string, position: Position) {
      const member = members.get(name) ?? { reached: undefined, unmatched: [] }
      members.set(name, member)
      if (history.has(position)) return reach(member, position)
      member.unmatched.push(position)
      if (member.unmatched.length > unmatchedLimit) member.unmatched.shift()
    },
    hasReached: (name: string, { txid }: Position) => (members.get(name)?.reached?.txid ?? -1n) >= txid,
    countReached: ({ txid }: Position) =>
      [...members.values()].filter(({ reached }) => reached && reached.txid >= txid).length,
    list: (names: readonly string[]): InSyncMember[] =>
      names.map((name) => {
        const position = members.get(name)?.reached
        return { name, ...(position && { position }) }
      }),
    /** The reign is over: nothing that was said in it counts any more. */
    clear() {
      history.clear()
      members.clear()
    },
  }
}

function reach(member: Member, position: Position) {
  if (!member.reached || member.reached.txid < position.txid) member.reached = position
}

function isSame(a: Position, b: Position): boolean {
  return a.txid === b.txid && a.checksum === b.checksum
}
