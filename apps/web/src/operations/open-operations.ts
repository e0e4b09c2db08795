import type { BlogTables } from '@atoll/blog'
import type { Repo } from '@atoll/repo'
import { type Metrics, openMetrics } from './metrics.ts'
import { gaugeRepo } from './repo-gauges.ts'
import type { BackupStatus, Failover, NodeStatus, Status } from './status.ts'
import { gaugeStatus } from './status-gauges.ts'

/** What only the one who put the program together knows. Every part has a default for one machine alone. */
export interface OperationsSource {
  version: string
  /** Default: new ones. Given by who measures what happens outside of the server, too. */
  metrics?: Metrics
  /** Default: this machine, which is the primary. */
  nodes?: () => NodeStatus[]
  failovers?: () => Failover[]
  /** How many there were since the process began; default: those listed. */
  failoverCount?: () => number
  /** Default: no backups are taken. */
  backups?: () => BackupStatus | undefined
}

export interface Operations {
  readonly metrics: Metrics
  status(): Promise<Status>
}

interface OpenOperations {
  source: OperationsSource
  repo: Pick<Repo<BlogTables>, 'reader' | 'state'>
  /** What `/ready` complains about. */
  troubles: () => Promise<string[]>
}

/** Joins what is measured and what is known into one picture. */
export function openOperations({ source, repo, troubles }: OpenOperations): Operations {
  const since = new Date(Date.now() - process.uptime() * 1000).toISOString()
  const { metrics = openMetrics() } = source
  const here: NodeStatus = {
    name: 'here',
    region: 'this machine',
    version: source.version,
    role: 'primary',
    isHere: true,
  }
  let last = now()

  gaugeStatus(metrics, () => ({ ...last, ...now() }))
  metrics.total(
    'atoll_failovers_total',
    'Changes of the primary that this process saw',
    source.failoverCount ?? (() => now().failovers.length),
  )
  gaugeRepo(metrics, () => repo.state)
  return { metrics, status }

  async function status(): Promise<Status> {
    const [publishedAt, found] = await Promise.all([readPublishedAt(), troubles()])
    last = { ...now(), publishedAt, troubles: found }
    return last
  }

  function now(): Status {
    const { version, nodes = () => [here], failovers = () => [], backups = () => undefined } = source
    return { version, since, nodes: nodes(), failovers: failovers(), backups: backups(), troubles: [] }
  }

  async function readPublishedAt(): Promise<string | undefined> {
    try {
      const row = await repo.reader().db.selectFrom('content_state').select('imported_at').executeTakeFirst()
      return row?.imported_at
    } catch {
      // A status that needs the database would be missing when it is needed.
      return undefined
    }
  }
}
