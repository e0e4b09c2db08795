import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeValue, encodeValue, type NodeState, type RunResult } from '../../packages/repo/src/index.ts'
import {
  type Cluster,
  type ClusterNode,
  type ClusterOptions,
  eventually,
  litefs,
  openCluster,
  type Part,
} from '../harness/index.ts'
import type { Asked, Failure } from './control.ts'
import { controlPort, type DataNodeSettings } from './settings.ts'
import type { Workloads } from './workloads.ts'

const main = join(import.meta.dirname, 'main.ts')
export const dnsName = 'nodes.atoll.test'

export interface DataNodeOptions extends Partial<Omit<DataNodeSettings, 'name' | 'region' | 'mount'>> {}

/** The data node as a part of the harness: it is started when its control answers. */
export function dataNode(settingsOf: (node: ClusterNode) => DataNodeOptions): Part {
  return {
    name: 'app',
    async start(node) {
      const settings: DataNodeSettings = {
        name: node.name,
        region: node.region,
        mount: node.mount,
        candidates: ['n1', 'n2', 'n3'],
        dnsName,
        schema: 'schema',
        version: '1',
        ...settingsOf(node),
      }
      const running = node.runScript(main, [], { name: 'app', env: { DATA_NODE: JSON.stringify(settings) } })
      const answers = () => {
        if (!running.isRunning()) throw new Error(`it ended: ${running.log().slice(-2000)}`)
        return state(node)
      }
      await eventually(`the data node ${node.name} answers`, answers, { timeoutMs: 40_000 })
      return running
    },
  }
}

/** The one child of a node's application. */
export function databaseProcessOf(node: ClusterNode): number {
  const { pid } = node.part('app')
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0])
}

/** A cluster of data nodes on real LiteFS and Consul, each of them ready. */
export async function openDataCluster(
  title: string,
  options: ClusterOptions & { node?: DataNodeOptions } = {},
): Promise<Cluster> {
  const parts = [litefs({ ttl: '2s' }), dataNode(() => options.node ?? {})]
  const cluster = await openCluster({ title, parts, ...options, start: false })
  if (options.start === false) return cluster
  try {
    await cluster.nodes[0]!.start()
    await Promise.all(cluster.nodes.slice(1).map((node) => node.start()))
    await ready(cluster)
  } catch (error) {
    await cluster.close({ keepLogs: true })
    throw error
  }
  return cluster
}

/** Waits until one node leads and the others follow, each with its database. */
export async function ready(cluster: Cluster): Promise<ClusterNode> {
  return eventually(
    'every node is ready',
    async () => {
      const nodes = cluster.nodes.filter((node) => node.isReachable())
      const states = await Promise.all(nodes.map(state))
      for (const [index, { database, leadership, problem }] of states.entries()) {
        const isReady = database.kind === 'ready' && (leadership === 'leading' || leadership === 'following')
        if (!isReady) throw new Error(`${nodes[index]!.name}: ${JSON.stringify({ database, leadership, problem })}`)
      }
      return nodes[states.findIndex(({ leadership }) => leadership === 'leading')]
    },
    { timeoutMs: 40_000 },
  )
}

export type StateOfNode = NodeState & { lost: number }

export const state = (node: ClusterNode) => ask(node, 'state', undefined) as Promise<StateOfNode>

export function run<Value>(node: ClusterNode, asked: Asked['run']): Promise<RunResult<Value>> {
  return ask(node, 'run', asked) as Promise<RunResult<Value>>
}

export async function read<Row>(node: ClusterNode, asked: Asked['read']): Promise<{ rows: Row[]; token: never }> {
  return ask(node, 'read', asked) as Promise<{ rows: Row[]; token: never }>
}

export function work<Name extends keyof Workloads>(
  node: ClusterNode,
  name: Name,
  options: Parameters<Workloads[Name]>[0],
): Promise<Awaited<ReturnType<Workloads[Name]>>> {
  return ask(node, 'work', { name, options } as Asked['work']) as never
}

/** Asks the control of a node. A failure is thrown as what the repo threw there: with `code` and `applied`. */
export async function ask<Verb extends keyof Asked>(
  node: ClusterNode,
  verb: Verb,
  asked: Asked[Verb],
): Promise<unknown> {
  const response = await node.fetch(`http://127.0.0.1:${controlPort}/${verb}`, {
    method: 'POST',
    body: encodeValue(asked),
    // Work of a minute is one call.
    signal: AbortSignal.timeout(verb === 'work' ? 90_000 : 20_000),
  })
  const answer = decodeValue(await response.text()) as { value: unknown } | { failure: Failure }
  if ('value' in answer) return answer.value
  throw Object.assign(new Error(`${node.name}: ${answer.failure.message}`), answer.failure)
}
