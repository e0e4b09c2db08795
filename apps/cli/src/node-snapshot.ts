import { type BackupSource, saveCopy } from '@atoll/backup'
import type { Replication } from '@atoll/replication'
import { whileAside } from '@atoll/supervisor/guard'

interface NodeSnapshot {
  replication: Pick<Replication, 'role' | 'snapshot'>
  /** Where the copy is written. */
  scratch: string
  /** Of the guard, on a node that may lead and has one. */
  guardSocket: string | undefined
}

/**
 * What LiteFS on this node exports. While it does, LiteFS applies nothing, so no writer may wait for this node: it
 * leaves the in-sync set first, and joins again as soon as the copy is on its own disk. A primary applies nothing.
 */
export async function snapshotNode({ replication, scratch, guardSocket }: NodeSnapshot): Promise<BackupSource> {
  const save = async () => saveCopy(await replication.snapshot(), scratch)
  const isWaitedFor = guardSocket !== undefined && replication.role.kind !== 'primary'
  return { kind: 'copy', file: await (isWaitedFor ? whileAside(guardSocket, save) : save()) }
}
