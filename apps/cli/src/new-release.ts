import { setTimeout as delay } from 'node:timers/promises'
import type { ClusterNode } from '@atoll/cluster'
import type { Replication } from '@atoll/replication'
import type { NodeState } from '@atoll/repo'
import type { Logger } from 'pino'
import { CommandError } from './errors.ts'
import type { ToldFacts } from './node-facts.ts'

const method = 'atoll.hand-over-to-me'

export interface NewReleaseOptions {
  node: Pick<ClusterNode, 'name' | 'peers' | 'locate' | 'call' | 'handle'>
  version: string
  isCandidate: boolean
  replication: Pick<Replication, 'role'>
  state: () => NodeState
  /** Did the primary's release refuse an operation of this one since this was last asked? */
  wasRefused: () => boolean
  /** Makes another node primary; asks the guard. */
  handOver: (to: string) => Promise<void>
  log: Pick<Logger, 'info' | 'warn'>
  signal: AbortSignal
  /** How long a replica waits for the schema before it asks; a schema that is only late comes sooner. Default 3 s. */
  patienceMs?: number
  everyMs?: number
}

interface Request {
  /** Nodes of the release that is missed, the asking one first. */
  to: string[]
}

/**
 * Keeps a rolling deploy from waiting for an old primary, which the platform replaces only once this node is ready. A new
 * release on a replica may need a schema that the old one does not know, since migrations run on the primary alone; or
 * have operations that the old one refuses, and that wait here. So it asks that a node of its release leads. Resolves
 * after the signal.
 */
export async function askToLead(options: NewReleaseOptions): Promise<void> {
  const { node, state, wasRefused, handOver, signal, patienceMs = 3000, everyMs = 500 } = options
  const stopAnswering = node.handle(method, async (payload, from) => {
    // While it migrates itself, what the other node waits for is on its way.
    if (state().leadership !== 'leading') throw new CommandError(`${node.name} does not lead`)
    // Releases before this one named nobody.
    await handOverToOne((payload as Request | undefined)?.to ?? [from.node], handOver)
  })
  let waitingSince: number | undefined
  let askedAt = Number.NEGATIVE_INFINITY
  while (!signal.aborted) {
    await delay(everyMs, undefined, { signal }).catch(() => {})
    const now = performance.now()
    waitingSince = state().database.kind === 'waiting_for_schema' ? (waitingSince ?? now) : undefined
    // Each attempt holds up the writes of everybody for a moment.
    if (now - askedAt < patienceMs) continue
    const reason = reasonToLead(waitingSince !== undefined && now - waitingSince >= patienceMs, wasRefused)
    if (!reason) continue
    askedAt = now
    await askPrimary(options, reason)
  }
  stopAnswering()
}

function reasonToLead(isWaitingForSchema: boolean, wasRefused: () => boolean): string | undefined {
  if (isWaitingForSchema) return 'needs a newer schema than the primary makes'
  return wasRefused() ? 'has an operation that the primary does not know' : undefined
}

async function askPrimary({ node, version, isCandidate, replication, log, signal }: NewReleaseOptions, reason: string) {
  const { role } = replication
  const primary = role.kind === 'replica' ? node.locate(role.primary) : undefined
  if (!primary || signal.aborted) return
  const others = node.peers().filter((peer) => peer.version === version && (peer.facts as Partial<ToldFacts>).candidate)
  const to = [...(isCandidate ? [node.name] : []), ...others.map(({ name }) => name)]
  log.info({ to }, `this release ${reason}: asks to become primary`)
  await node
    .call(primary.address, method, { to } satisfies Request, { deadlineMs: 10_000, signal })
    .catch((error) => log.warn({ err: error }, 'the primary did not hand over'))
}

async function handOverToOne(names: string[], handOver: (to: string) => Promise<void>): Promise<void> {
  let problem: unknown = new CommandError('no node of that release may become primary')
  for (const name of names) {
    try {
      return await handOver(name)
    } catch (error) {
      problem = error
    }
  }
  throw problem
}
