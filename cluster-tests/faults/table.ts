import type { Results, RowResult } from './results.ts'
import { rows } from './rows.ts'

const head = [
  'event',
  'allowed',
  'min',
  'p50',
  'p90',
  'p99',
  'max',
  'runs',
  'acknowledged',
  'lost',
  'twice',
  'stale',
  'failed',
]
const stockHead = ['LiteFS alone: p50', 'max', 'runs', 'lost']

/** A row for each event: how long nobody could write, in seconds, and what was lost; beside it LiteFS alone. */
export function renderTable(atoll: Results | undefined, stock: Results | undefined): string {
  const known = Object.keys(rows).filter((name) => atoll?.rows[name] ?? stock?.rows[name])
  const others = Object.keys(atoll?.rows ?? {}).filter((name) => !(name in rows))
  const lines = [...known, ...others].map((name) => [
    name,
    allowedOf(name),
    ...describe(atoll?.rows[name]),
    ...describeStock(stock?.rows[name]),
  ])
  const header = [...head, ...stockHead]
  return [header, header.map(() => '---'), ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n')
}

function allowedOf(name: string): string {
  const { allowedSeconds, isForNearlyAll } = rows[name] ?? {}
  if (allowedSeconds === undefined) return ''
  if (!Number.isFinite(allowedSeconds)) return 'never leads'
  return `${isForNearlyAll ? 'p99 ' : ''}${allowedSeconds}`
}

function describe(row: RowResult | undefined): (string | number)[] {
  if (!row) return Array<string>(11).fill('')
  const times = [0, 0.5, 0.9, 0.99, 1].map((part) => seconds(percentile(row.gapsMs, part)))
  return [...times, runsOf(row), row.acknowledged, row.lost, row.duplicated, row.stale, row.refused]
}

function describeStock(row: RowResult | undefined): (string | number)[] {
  if (!row) return ['', '', '', '']
  return [seconds(percentile(row.gapsMs, 0.5)), seconds(percentile(row.gapsMs, 1)), runsOf(row), row.lost]
}

function runsOf({ runs, unrecovered }: RowResult): string {
  return unrecovered === 0 ? String(runs) : `${runs}, ${unrecovered} did not recover`
}

export function percentile(values: readonly number[], part: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)]
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '–' : (ms / 1000).toFixed(2)
}
