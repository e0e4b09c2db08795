import type { Round } from './rounds.ts'

/** A row for each combination of faults: how often, how long nobody could write, and what went wrong. */
export function renderTable(rounds: readonly Round[]): string {
  const byFault = Map.groupBy(rounds, ({ struck }) => struck.join(' + '))
  const rows = [...byFault].map(([name, played]) => {
    const gaps = played.map(({ gapMs }) => gapMs).sort((a, b) => a - b)
    const sum = (count: (round: Round) => number) => played.reduce((total, round) => total + count(round), 0)
    return [
      name,
      played.length,
      ...[0.5, 0.9, 1].map((part) => seconds(gaps[Math.min(Math.floor(part * gaps.length), gaps.length - 1)]!)),
      sum(({ verdict }) => verdict.acknowledged),
      sum(({ verdict }) => new Set(verdict.lost.map((entry) => entry.split(' ')[0])).size),
      sum(({ verdict }) => new Set(verdict.duplicated.map((entry) => entry.split(' ')[0])).size),
      sum(({ verdict }) => verdict.stale.length),
    ]
  })
  const head = ['fault', 'runs', 'no write: median', 'p90', 'max', 'acknowledged', 'lost', 'twice', 'stale']
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}
