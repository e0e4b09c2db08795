import { join } from 'node:path'
import { openDataCluster, work } from '../../cluster-tests/data-node/driver.ts'
import type { ClusterNode } from '../../cluster-tests/harness/index.ts'

const rows = 1000
const seconds = 3

/** Reads a second on a replica, through FUSE, beside the same through the layer on a plain file. */
export async function measure(): Promise<void> {
  const cluster = await openDataCluster('bench reads')
  try {
    const replica = await cluster.replica()
    await work(await cluster.primary(), 'set', { writers: 50, count: rows / 50, deadlineMs: 20_000, first: 0 })
    await cluster.caughtUp()
    for (const readers of [64, 1]) {
      await work(replica, 'readsPerSecond', { readers, seconds: 1 })
      const onReplica = await work(replica, 'readsPerSecond', { readers, seconds })
      const onPlainFile = await readPlainFile(replica, readers)
      const ratio = (onReplica / onPlainFile).toFixed(2)
      const numbers = `${onReplica.toFixed(0)}/s on a replica, ${onPlainFile.toFixed(0)}/s on a plain file`
      console.log(`${`${readers} readers`.padEnd(12)}${numbers}: ${ratio} ×`)
    }
  } finally {
    await cluster.close()
  }
}

async function readPlainFile(node: ClusterNode, readers: number): Promise<number> {
  const options = { file: join(node.folder, `plain-${readers}.db`), readers, seconds, rows }
  const script = join(import.meta.dirname, 'plain-node.ts')
  const running = node.runScript(script, [JSON.stringify(options)], { name: `plain-${readers}` })
  const code = await running.ended
  if (code !== 0) throw new Error(`reading a plain file ended with ${code}: ${running.log().slice(-800)}`)
  return Number(running.log().trim().split('\n').at(-1))
}
