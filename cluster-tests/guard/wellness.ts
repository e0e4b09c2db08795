import { type Cluster, eventually } from '../harness/index.ts'
import { guardStatus, restartDatabase } from './guarded-node.ts'

/** Ends every fault and starts again what does not run. */
export async function mend(cluster: Cluster): Promise<void> {
  await cluster.heal()
  for (const node of cluster.nodes) {
    if (!node.isReachable()) node.thaw()
    node.part('litefs').send('SIGCONT')
    if (!node.part('guard').isRunning()) await node.restart('guard')
    if (!node.part('litefs').isRunning()) await restartDatabase(node)
    else if (!node.part('app').isRunning()) await node.restart('app')
  }
}

export async function everybodyInSync(cluster: Cluster): Promise<void> {
  await eventually(
    'every node is in the in-sync set',
    async () => {
      const { members, holder } = await guardStatus(cluster.nodes[0]!)
      if (members.length !== cluster.nodes.length) throw new Error(`in sync: ${members}; holder: ${holder}`)
      return true
    },
    { timeoutMs: 30_000 },
  )
}
