import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClusterSeam, InSyncSet, LeaseState, WriteLease } from '../../cluster-seam.ts'
import { openFixedInSyncSet } from '../../durability/fixed-in-sync-set.ts'
import type { DatabaseHost } from '../../host/database-host.ts'
import type { RepoSchema } from '../../schema.ts'
import type { Token } from '../../token.ts'
import { type ClusterNode, type JoinOptions, joinCluster } from '../join-cluster.ts'
import { openInlineHost } from './inline-host.ts'
import { createMemoryCalls } from './memory-calls.ts'
import { createMemoryReplication, type MemoryReplication, positionIn, positionOf } from './memory-replication.ts'

export interface MemoryNode {
  readonly name: string
  readonly host: DatabaseHost
  readonly node: ClusterNode
  readonly replication: MemoryReplication
  /** How often the lease was told that no transaction runs any more. */
  drained(): number
  /** As the guard does before it hands over to this node. */
  prepare(): Promise<void>
  /** What the guard would say. */
  lease(state: LeaseState): void
  /** As if its process had ended: it hears nothing and takes no calls. */
  stop(): Promise<void>
}

export interface MemoryClusterOptions extends Omit<JoinOptions, 'host' | 'cluster'> {
  schema: RepoSchema
  /** Nodes of another release. */
  schemas?: Record<string, RepoSchema>
  nodes?: string[]
  candidates?: string[]
}

export type MemoryCluster = Awaited<ReturnType<typeof startMemoryCluster>>

/** Nodes in one process: real SQLite on threads, files copied from the primary, calls that can be lost. */
export async function startMemoryCluster(options: MemoryClusterOptions) {
  const { schema, schemas = {}, nodes: names = ['a', 'b', 'c'], candidates = names, ...joining } = options
  const folder = mkdtempSync(join(tmpdir(), 'memory-cluster-'))
  const calls = createMemoryCalls()
  const paused = new Set<string>()
  const nodes = new Map<string, MemoryNode>()
  let primary: MemoryNode | undefined
  let copying: Promise<unknown> = Promise.resolve()

  for (const name of names) nodes.set(name, await startNode(name))
  // An epoch's row is announced to nobody on a node that had nothing before.
  const copyingAgain = setInterval(replicate, 20)

  return {
    calls,
    node: (name: string) => nodes.get(name)!,
    /** Makes a node the primary, in everybody's eyes; a copy under way would put an older file under its reign. */
    async elect(name: string) {
      primary = undefined
      await copying
      primary = nodes.get(name)!
      for (const node of nodes.values()) {
        const role = node === primary ? ({ kind: 'primary' } as const) : ({ kind: 'replica', primary: name } as const)
        node.replication.say({ kind: 'role', role })
      }
      replicate()
    },
    /** There is no primary any more. */
    depose() {
      primary = undefined
      for (const { replication } of nodes.values()) replication.say({ kind: 'role', role: { kind: 'unknown' } })
    },
    /** The node receives nothing until it goes on. */
    async pause(name: string) {
      paused.add(name)
      await copying
    },
    resume(name: string) {
      paused.delete(name)
      replicate()
    },
    async close() {
      clearInterval(copyingAgain)
      for (const node of nodes.values()) await node.stop()
      await copying
      rmSync(folder, { recursive: true })
    },
  }

  async function startNode(name: string): Promise<MemoryNode> {
    const replication = createMemoryReplication(join(folder, `${name}.db`))
    const lease = createTestLease()
    const host = openInlineHost({
      file: replication.file,
      schema: schemas[name] ?? schema,
      readPosition: () => positionIn(replication.file)!,
    })
    await host.startReading()
    host.onCommit(({ token }) => publish(name, token))
    const seam: Omit<ClusterSeam, 'inSyncSet'> = {
      name,
      replication,
      lease,
      locate: (other) => (nodes.has(other) ? { address: other } : undefined),
      call: (address, method, payload, callOptions) => calls.call(name, address, method, payload, callOptions),
      handle: (method, handler) => calls.handle(name, method, handler),
    }
    const inSyncSet = openFixedInSyncSet({ candidates, cluster: seam })
    const node = joinCluster({ host, cluster: { ...seam, inSyncSet: inSyncSet as InSyncSet }, ...joining })
    let stopping: Promise<void> | undefined
    return {
      name,
      host,
      node,
      replication,
      drained: () => lease.drains,
      prepare: lease.prepare,
      lease: lease.become,
      stop() {
        stopping ??= (async () => {
          nodes.delete(name)
          await Promise.all([node.close(), inSyncSet.close()])
          await host.close()
          replication.close()
        })()
        return stopping
      },
    }
  }

  /** LiteFS would know by itself; here the writer's own announcements say that the primary's file moved. */
  function publish(name: string, token: Token) {
    if (name !== primary?.name) return
    primary.replication.say({ kind: 'transaction', position: positionOf(token) })
    replicate()
  }

  function replicate() {
    copying = copying.then(async () => {
      for (const node of nodes.values()) {
        if (primary && node !== primary && !paused.has(node.name)) await node.replication.copyFrom(primary.replication)
      }
    })
  }
}

function createTestLease() {
  const listeners = new Set<() => void>()
  let prepare: (() => Promise<void>) | undefined
  let drains = 0
  let state: LeaseState = { kind: 'held', term: '1' }
  const lease: WriteLease & { become(state: LeaseState): void; prepare(): Promise<void>; readonly drains: number } = {
    get state() {
      return state
    },
    get drains() {
      return drains
    },
    drained: () => void drains++,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    onPrepare(listener) {
      prepare = listener
      return () => (prepare = undefined)
    },
    prepare: async () => prepare?.(),
    become(next) {
      state = next
      for (const listener of [...listeners]) listener()
    },
  }
  return lease
}
