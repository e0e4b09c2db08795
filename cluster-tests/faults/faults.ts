import { askGuard } from '../../packages/supervisor/src/guard/index.ts'
import { guardSocket } from '../guard/guarded-node.ts'
import type { Cluster, ClusterNode } from '../harness/index.ts'

export interface Situation {
  cluster: Cluster
  primary: ClusterNode
  replicas: ClusterNode[]
  /** One of the replicas. */
  replica: ClusterNode
  isStock: boolean
}

export interface Fault {
  /** Whom it hits. */
  nodes(situation: Situation): ClusterNode[]
  strike(situation: Situation): Promise<unknown>
  /** Has a meaning without a guard. */
  isForStock: boolean
  /** Is over by itself; nothing has to be mended. */
  isMomentary?: boolean
}

const onPrimary = ({ primary }: Situation) => [primary]
const onReplica = ({ replica }: Situation) => [replica]

/** Every fault by its name, in the order of the table. */
export const faults: Record<string, Fault> = {
  'LiteFS on the primary killed': {
    nodes: onPrimary,
    strike: ({ primary }) => primary.kill('litefs'),
    isForStock: true,
  },
  'app on the primary killed': { nodes: onPrimary, strike: ({ primary }) => primary.kill('app'), isForStock: false },
  'guard on the primary killed': {
    nodes: onPrimary,
    strike: ({ primary }) => primary.kill('guard'),
    isForStock: false,
  },
  'all of the primary killed': { nodes: onPrimary, strike: ({ primary }) => primary.kill(), isForStock: true },
  'primary vanished': { nodes: onPrimary, strike: ({ primary }) => primary.vanish(), isForStock: true },
  'primary frozen': { nodes: onPrimary, strike: ({ primary }) => primary.freeze(), isForStock: true },
  'LiteFS on the primary frozen': {
    nodes: onPrimary,
    strike: async ({ primary }) => primary.part('litefs').send('SIGSTOP'),
    isForStock: false,
  },
  'primary cut off from Consul': {
    nodes: onPrimary,
    strike: ({ cluster, primary }) => cluster.partition(primary, 'consul'),
    isForStock: true,
  },
  'primary cut off from the replicas': {
    nodes: onPrimary,
    strike: ({ cluster, primary, replicas }) => cluster.partition(primary, replicas),
    isForStock: false,
  },
  'primary not heard by the replicas': {
    nodes: onPrimary,
    strike: ({ cluster, primary, replicas }) => cluster.silence(primary, replicas),
    isForStock: false,
  },
  'primary does not hear the replicas': {
    nodes: onPrimary,
    strike: ({ cluster, primary, replicas }) => cluster.silence(replicas, primary),
    isForStock: false,
  },
  'primary not heard by Consul': {
    nodes: onPrimary,
    strike: ({ cluster, primary }) => cluster.silence(primary, 'consul'),
    isForStock: false,
  },
  'a replica killed': { nodes: onReplica, strike: ({ replica }) => replica.kill(), isForStock: true },
  'a replica frozen': { nodes: onReplica, strike: ({ replica }) => replica.freeze(), isForStock: true },
  'a replica vanished': { nodes: onReplica, strike: ({ replica }) => replica.vanish(), isForStock: true },
  'a replica stops politely': {
    nodes: onReplica,
    async strike({ replica }) {
      await askGuard(guardSocket(replica), 'leave')
      await replica.kill()
    },
    isForStock: false,
  },
  'Consul wiped': { nodes: () => [], strike: ({ cluster }) => cluster.consul.wipe(), isForStock: false },
  'planned handover': {
    nodes: onPrimary,
    strike: ({ primary, replica, isStock }) =>
      isStock
        ? replica.fetch('http://127.0.0.1:20202/promote', { method: 'POST' })
        : askGuard(guardSocket(primary), 'handover', { to: replica.name }),
    isForStock: true,
    isMomentary: true,
  },
}
