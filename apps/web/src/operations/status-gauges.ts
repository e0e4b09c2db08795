import type { Metrics } from './metrics.ts'
import type { Status } from './status.ts'

/** Puts what `/status` shows into the metrics. Nodes are few and named by their operator, so their names may be labels. */
export function gaugeStatus(metrics: Metrics, read: () => Status, now: () => number = Date.now): void {
  const age = (at: string | undefined) => (at === undefined ? undefined : (now() - Date.parse(at)) / 1000)
  const ofNodes = (value: (node: Status['nodes'][number]) => number | undefined) => () =>
    read().nodes.flatMap((node) => {
      const found = value(node)
      return found === undefined ? [] : [{ labels: { node: node.name, region: node.region }, value: found }]
    })
  const labels = ['node', 'region']
  metrics.gauge(
    'atoll_primary',
    '1 for the node that is primary',
    ofNodes(({ role }) => (role === 'primary' ? 1 : 0)),
    labels,
  )
  metrics.gauge(
    'atoll_replication_lag_seconds',
    'How long a node lacks what the primary has',
    ofNodes(({ lagMs }) => lagMs && lagMs / 1000),
    labels,
  )
  metrics.gauge(
    'atoll_replication_lag_transactions',
    'Transactions that a node lacks',
    ofNodes(({ lagTransactions }) => lagTransactions),
    labels,
  )
  metrics.gauge('atoll_nodes', 'Nodes that answer, this one included', () => read().nodes.length)
  metrics.gauge('atoll_last_failover_seconds', 'How long the last one left the site without a primary', () => {
    const [last] = read().failovers
    return last && last.durationMs / 1000
  })
  metrics.gauge('atoll_backup_age_seconds', 'Since the newest backup', () => age(read().backups?.backup?.at))
  metrics.gauge('atoll_backup_bytes', 'Size of the newest backup', () => read().backups?.backup?.bytes)
  metrics.gauge(
    'atoll_backup_failing',
    '1 while backups of this node fail',
    () => read().backups && (read().backups?.failure ? 1 : 0),
  )
  metrics.gauge('atoll_drill_age_seconds', 'Since the last restore drill', () => age(read().backups?.drill?.at))
  metrics.gauge('atoll_drill_good', '1 when the last restore drill found a whole backup', () => {
    const drill = read().backups?.drill
    return drill && (drill.isGood ? 1 : 0)
  })
}
