import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openOperations } from './open-operations.ts'
import { gaugeServer } from './server-gauges.ts'

const folder = join(import.meta.dirname, '../../../../deploy/monitoring')
const read = (name: string) => readFileSync(join(folder, name), 'utf8')

interface Dashboard {
  panels: {
    title: string
    id: number
    gridPos: { x: number; y: number; w: number; h: number }
    targets: { expr: string }[]
  }[]
}
const dashboard = JSON.parse(read('grafana.json')) as Dashboard
const dashboardQueries = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))

it('names only metrics that the program has', async () => {
  const state = { writes: {}, reads: {}, inSync: [] }
  const { metrics } = openOperations({ source: { version: '' }, repo: { state } as never, troubles: async () => [] })
  gaugeServer(metrics, { cache: {}, live: { rooms: {}, sessions: {} }, health: {} } as never)
  const text = await metrics.text()
  const known = new Set(
    [...text.matchAll(/^# TYPE (\S+) (\S+)/gm)].flatMap(([, name, type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name!],
    ),
  )
  const named = [
    ...`${dashboardQueries.join('\n')}\n${read('alerts.yml').replace(/summary:.*|description:.*/g, '')}`.matchAll(
      /\b(?:atoll|process|nodejs)_[a-z0-9_]+/g,
    ),
  ].map(([name]) => name)
  expect(named.length).toBeGreaterThan(30)
  expect(named.filter((name) => !known.has(name))).toEqual([])
})

it('lays its panels out without one over another', () => {
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
  for (const [index, { gridPos: a }] of dashboard.panels.entries()) {
    for (const { gridPos: b } of dashboard.panels.slice(index + 1)) {
      expect(a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y).toBe(true)
    }
  }
})

const hasPromtool = spawnSync('promtool', ['--version'], { stdio: 'ignore' }).status === 0
if (!hasPromtool && process.env.ATOLL_TEST_EVERYTHING === '1')
  throw new Error('promtool is missing: apt-get install prometheus')

it.skipIf(!hasPromtool)(
  `has rules that Prometheus takes${hasPromtool ? '' : ' (skipped: apt-get install prometheus)'}`,
  () => {
    const query = (expr: string) =>
      `      - { record: 'x', expr: '${expr.replaceAll('$__rate_interval', '5m').replaceAll("'", "''")}' }`
    const rules = `groups:\n  - name: dashboard\n    rules:\n${dashboardQueries.map(query).join('\n')}\n`
    expect(execFileSync('promtool', ['check', 'rules', join(folder, 'alerts.yml')], { encoding: 'utf8' })).toContain(
      'SUCCESS',
    )
    const home = mkdtempSync(join(tmpdir(), 'atoll-rules-'))
    writeFileSync(join(home, 'dashboard.yml'), rules)
    try {
      execFileSync('promtool', ['check', 'rules', '--lint=none', join(home, 'dashboard.yml')], { encoding: 'utf8' })
    } finally {
      rmSync(home, { recursive: true })
    }
  },
)
