import { describe, expect, it } from 'vitest'
import type { RowResult } from './results.ts'
import { renderTable } from './table.ts'

const row = (gapsMs: number[], more: Partial<RowResult> = {}): RowResult => ({
  ...{ runs: gapsMs.length, gapsMs, acknowledged: 7, lost: 0, duplicated: 0, stale: 0 },
  ...{ refused: 0, unread: 0, unrecovered: 0, ...more },
})
const results = (rows: Record<string, RowResult>) => ({ date: '2026-11-27', command: 'npm run faults', rows })

describe('renderTable', () => {
  it('tells the times of each event beside those of LiteFS alone, in the order of the events', () => {
    const atoll = results({
      'primary vanished': row([3000, 1000, 2000]),
      'LiteFS on the primary killed': row([500]),
      'a + b': row([10], { lost: 2 }),
    })
    const stock = results({ 'primary vanished': row([151_000], { unrecovered: 1 }) })
    expect(renderTable(atoll, stock).split('\n').slice(2)).toEqual([
      '| LiteFS on the primary killed | 1 | 0.50 | 0.50 | 0.50 | 0.50 | 0.50 | 1 | 7 | 0 | 0 | 0 | 0 |  |  |  |  |',
      '| primary vanished | 6 | 1.00 | 2.00 | 3.00 | 3.00 | 3.00 | 3 | 7 | 0 | 0 | 0 | 0 | 151.00 | 151.00 | 1, 1 did not recover | 0 |',
      '| a + b |  | 0.01 | 0.01 | 0.01 | 0.01 | 0.01 | 1 | 7 | 2 | 0 | 0 | 0 |  |  |  |  |',
    ])
  })
})
