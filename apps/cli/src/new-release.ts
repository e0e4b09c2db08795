import { setTimeout as delay } from 'node:timers/promises'
import type { ClusterNode } from '@atoll/cluster'
import type { Replication } from '@atoll/replication'
import type { NodeState } from '@atoll/repo'
import type { Logger } from 'pino'
import { CommandError } from './errors.ts'

const method = 'atoll.hand-over-to-me'

export interface NewReleaseOptions {
  node: Pick<ClusterNode, 'name' | 'locate' | 'call' | 'handle'>
  replication: Pick<Replication, 'role'>
  state: () => NodeState
  /** Makes another node primary; asks the guard. */
  handOver: (to: string) => Promise<void>
  log: Pick<Logger, 'info' | 'warn'>
  signal: AbortSignal
  /** How long a replica waits for the schema before it asks; a schema that is only late comes sooner. Default 3 s. */
  patienceMs?: number
  everyMs?: number
}

/**
 * Keeps a rolling deploy from waiting for ever. A new release on a replica may need a schema that the old release on the
 * primary does not know: migrations run on the primary alone, and the platform replaces that one only once this node is
 * ready. So this node asks to be primary. Resolves after the signal.
 */
export async function askToMigrate(options: NewReleaseOptions): Promise<void> {
  const { node, state, handOver, signal, patienceMs = 3000, everyMs = 500 } = options
  const stopAnswering = node.handle(method, async (_payload, from) => {
    // While it migrates itself, what the other node waits for is on its way.
    if (state().leadership !== 'leading') throw new CommandError(`${node.name} does not lead`)
    await handOver(from.node)
  })
  let waitingSince: number | undefined
  while (!signal.aborted) {
    await delay(everyMs, undefined, { signal }).catch(() => {})
    waitingSince = state().database.kind === 'waiting_for_schema' ? (waitingSince ?? performance.now()) : undefined
    if (waitingSince === undefined || performance.now() - waitingSince < patienceMs) continue
    await askPrimary(options)
    waitingSince = performance.now()
  }
  stopAnswering()
}

async function askPrimary({ node, replication, log, signal }: NewReleaseOptions): Promise<void> {
  const { role } = replication
  const primary = role.kind === 'replica' ? node.locate(role.primary) : undefined
  if (!primary || signal.aborted) return
  log.info('this release needs a newer schema than the primary makes: asks to become primary')
  await node
    .call(primary.address, method, undefined, { deadlineMs: 10_000, signal })
    .catch((error) => log.warn({ err: error }, 'the primary did not hand over'))
}
