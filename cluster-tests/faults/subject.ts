import type { Cluster, ClusterNode } from '../harness/index.ts'
import type { Door } from './clients.ts'

/** `database` is the app's child that holds its connections. */
export type Program = 'litefs' | 'app' | 'database' | 'guard' | 'supervisor'

/** The nodes of a cluster. */
export interface Nodes {
  all: number
  /** How many of them run at first. */
  atFirst: number
  /** How many minutes the clock of each is ahead; 0 otherwise. */
  clocksAhead?: readonly number[]
}

/** What is put under faults: a cluster of Atoll as it is run, or one of LiteFS alone. */
export interface Subject {
  readonly name: 'atoll' | 'stock'
  open(nodes: Nodes): Promise<Cluster>
  /** How clients write and read on the cluster, in one round. */
  door(cluster: Cluster): Promise<Door>
  /** The process of a program on a node. */
  pid(node: ClusterNode, program: Program): number
  handOver(primary: ClusterNode, to: ClusterNode): Promise<unknown>
  /** As a deploy ends a node. */
  stopPolitely(node: ClusterNode): Promise<unknown>
  /** The name of who leads, as the given nodes know it. */
  leader(nodes: ClusterNode[]): Promise<string | undefined>
  running(cluster: Cluster): ClusterNode[]
  /** Waits until so many nodes are well: all that run. */
  isWell(cluster: Cluster, count?: number): Promise<unknown>
  /** Ends every fault and starts again what does not run. */
  mend(cluster: Cluster): Promise<void>
  /** Which of these keys are there on a node, each as often as it was carried out. */
  keysOn(node: ClusterNode, keys: readonly string[]): Promise<string[]>
}
