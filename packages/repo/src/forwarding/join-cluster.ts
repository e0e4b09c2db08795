import type { ClusterSeam } from '../cluster-seam.ts'
import { createAcknowledge } from '../durability/acknowledge.ts'
import type { RepoError } from '../errors.ts'
import { hashOf } from '../hash.ts'
import type { DatabaseHost } from '../host/database-host.ts'
import { createKey, keyLifetimeMs } from '../key.ts'
import type { CallContext, CallResult, Durability } from '../middleware.ts'
import type { Statement, WriteBody } from '../protocol.ts'
import { type Rows, rowsOf } from '../run-calls.ts'
import { createAdmission, type WaitingLimits } from './admission.ts'
import { type CoveredReads, createCoveredReads } from './covered-reads.ts'
import { createForwardWrites } from './forward-writes.ts'
import { createLanes } from './lanes.ts'
import { followLeadership } from './leadership.ts'
import type { RepoNode } from './node.ts'
import { createTakeWrite, limitTaking, type TakenWrite } from './take-writes.ts'
import { readMethod, type SentRead, type SentWrites, writeMethod } from './wire.ts'

export interface JoinOptions {
  host: DatabaseHost
  cluster: ClusterSeam
  /** For writes that do not say. Default `replicated`. */
  durability?: Durability
  /** How long a write or a read may take that does not say, in milliseconds. Default 30 000. */
  withinMs?: number
  /** How long a read waits for this node to catch up before the primary is asked, in milliseconds. Default 1000. */
  patienceMs?: number
  /**
   * How long a read may hold its transaction while this node is not the primary, in milliseconds: as long as it does,
   * LiteFS neither applies what arrives nor takes over. What takes longer is ended, and fails with `read_too_long`.
   * Default 100. Only a node that cannot become primary can do with more, or with `Infinity`.
   */
  longestReadMs?: number
  /** Writes that may wait on this node, its own and other nodes'. Default 4096, and 64 MiB. */
  limits?: WaitingLimits
  /** The primary's release does not know an operation that was written here. */
  onUnknownOperation?: (error: RepoError) => void
  /** Is told, on the primary, of each write that says where it comes from. It must not throw. */
  onTaken?: (taken: TakenWrite) => void
}

export interface ClusterNode extends RepoNode {
  write(body: WriteBody, context: CallContext): Promise<CallResult>
  read: CoveredReads['read']
}

/** A retry under the same key must be within the key's life. */
const longestMs = keyLifetimeMs / 2

/** Makes one database of many: writes go to the primary, reads stay here. */
export function joinCluster({ host, cluster, ...options }: JoinOptions): ClusterNode {
  const {
    durability: usual = 'replicated',
    withinMs = 30_000,
    patienceMs,
    limits,
    onUnknownOperation,
    onTaken,
    longestReadMs = 100,
  } = options
  const leadership = followLeadership(host, cluster, { longestReadMs })
  const admission = createAdmission(limits)
  const acknowledge = createAcknowledge(cluster)
  const { take, counts: taken } = createTakeWrite({ host, leadership, acknowledge, onTaken })
  const takeOthers = limitTaking(take, createAdmission(limits))
  const reads = createCoveredReads({ host, leadership, cluster, ...(patienceMs !== undefined && { patienceMs }) })
  const { forward, counts, close } = createForwardWrites({
    name: cluster.name,
    leadership,
    locate: cluster.locate,
    lanes: createLanes(cluster),
    take,
    admission,
    newestEpoch: () => host.announced?.epoch,
    ...(onUnknownOperation && { onUnknownOperation }),
  })
  const stopHandling = [
    cluster.handle(writeMethod, async (payload, { node }) => {
      const { durability, writes } = payload as SentWrites
      return Promise.all(writes.map((write) => takeOthers(write, durability, node)))
    }),
    cluster.handle(readMethod, (payload) => reads.take(payload as SentRead)),
  ]

  return {
    async run(call, context) {
      if (call.kind !== 'read') return write(call, context)
      const { results, token } = await (context.token
        ? readCovered(call.statements, context)
        : readHere(call.statements))
      return { value: results, token, copies: 0, found: false }
    },
    write,
    read: reads.read,
    waitFor: reads.waitFor,
    get state() {
      const { current, problem } = leadership
      return {
        role: cluster.replication.role,
        leadership: current.kind,
        epoch: current.kind === 'leading' ? current.reign.epoch : host.announced?.epoch,
        database: host.state,
        writes: { waiting: admission.writes, bytes: admission.bytes, ...counts, ...taken },
        reads: { ...reads.counts },
        inSync: cluster.inSyncSet.members?.() ?? [],
        problem,
      }
    },
    async close() {
      for (const stop of stopHandling) stop()
      close()
      await leadership.close()
    },
  }

  function write(body: WriteBody, context: CallContext): Promise<CallResult> {
    return forward({
      body,
      key: context.key ?? createKey(),
      hash: hashOf(body),
      durability: context.durability ?? usual,
      withinMs: timeLeft(context),
      ...(context.signal && { signal: context.signal }),
      ...(context.origin && { origin: context.origin }),
    })
  }

  async function readHere(statements: readonly Statement[]): Promise<Rows> {
    return rowsOf(await host.read({ statements }), statements)
  }

  function readCovered(statements: readonly Statement[], context: CallContext): Promise<Rows> {
    const { signal } = context
    return reads.read(statements, context.token!, { withinMs: timeLeft(context), ...(signal && { signal }) })
  }

  function timeLeft({ deadline }: CallContext): number {
    const left = deadline === undefined ? withinMs : deadline - Date.now()
    return Math.min(longestMs, Math.max(0, left))
  }
}
