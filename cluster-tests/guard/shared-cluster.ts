import { afterAll, afterEach, beforeEach } from 'vitest'
import { type Cluster, type ClusterNode, type ClusterOptions, eventually, openCluster } from '../harness/index.ts'
import { guardedParts, guardStatus } from './guarded-node.ts'
import { type Load, writeThrough } from './load.ts'
import { expectNothingLost } from './nothing-lost.ts'
import { everybodyInSync, mend } from './wellness.ts'

export interface Shared {
  cluster: Cluster
  load: Load
  primary: ClusterNode
  replicas: ClusterNode[]
}

/**
 * One cluster for the tests of a file, with clients that write the whole time. After each test every node is well
 * again and in sync, and nothing that was acknowledged is lost or there twice.
 */
export function shareCluster(options: ClusterOptions = {}): Shared {
  const shared = {} as Shared
  let isBroken = false

  beforeEach(async () => {
    if (isBroken) await shared.cluster.close({ keepLogs: true })
    if (isBroken || !shared.cluster) shared.cluster = await openCluster({ parts: guardedParts(), ...options })
    isBroken = true
    await everybodyInSync(shared.cluster)
    shared.load = writeThrough(shared.cluster.nodes)
    await shared.load.nextWrite()
    shared.primary = await shared.cluster.primary()
    shared.replicas = shared.cluster.nodes.filter((node) => node !== shared.primary)
  })

  afterEach(async ({ task }) => {
    try {
      if (task.result?.state === 'fail') return
      await mend(shared.cluster)
      await everybodyInSync(shared.cluster)
      await shared.load.nextWrite()
      await shared.load.stop()
      await expectNothingLost(shared.cluster, shared.load)
      isBroken = false
    } finally {
      await shared.load?.stop()
    }
  })

  afterAll(async () => {
    await shared.cluster?.close({ keepLogs: isBroken })
  })
  return shared
}

/** How long nobody could write because of a fault, from the moment it happens. A fault that works later says when. */
export async function gapOf(
  { load }: Shared,
  fault: () => unknown,
  until: () => Promise<unknown> = async () => {},
): Promise<number> {
  const from = performance.now()
  await fault()
  await until()
  await load.nextWrite()
  const gap = Math.round(load.longestGapMs(from))
  console.info(`${gap} ms without a write`)
  return gap
}

export async function anotherLeads({ primary, replicas }: Shared): Promise<void> {
  await eventually('another node leads', async () => {
    const { holder } = await guardStatus(replicas[0]!)
    return holder !== undefined && holder !== primary.name
  })
}
