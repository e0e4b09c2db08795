import { describe, expect, it } from 'vitest'
import { checkHistory, type HistoryEvent } from './checker.ts'

const acknowledged = (key: string): HistoryEvent => ({ at: 1, kind: 'acknowledged', key, node: 'n1' })
const final = (node: string, ...keys: string[]): HistoryEvent => ({ at: 9, kind: 'final', node, keys })

describe('checkHistory', () => {
  it('finds nothing wrong with a good history', () => {
    const failed: HistoryEvent = { at: 1, kind: 'unanswered', key: 'b', node: 'n2' }
    const verdict = checkHistory([acknowledged('a'), failed, final('n1', 'a', 'b'), final('n2', 'a', 'b')])
    expect(verdict).toEqual({
      acknowledged: 1,
      lost: [],
      duplicated: [],
      stale: [],
      diverged: [],
      refused: 0,
      unread: 0,
    })
  })

  it('finds what is missing, there twice, not seen by its writer, and different', () => {
    const missed: HistoryEvent = { at: 2, kind: 'missed-own-write', key: 'b', node: 'n1' }
    const verdict = checkHistory([
      acknowledged('a'),
      acknowledged('b'),
      missed,
      final('n1', 'a', 'b', 'b'),
      final('n2', 'b'),
    ])
    expect(verdict).toEqual({
      acknowledged: 2,
      lost: ['a on n2'],
      duplicated: ['b on n1'],
      stale: ['b on n1'],
      diverged: ['n2'],
      refused: 0,
      unread: 0,
    })
  })
})
