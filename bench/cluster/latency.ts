import { openDataCluster, work } from '../../cluster-tests/data-node/driver.ts'
import type { Cluster } from '../../cluster-tests/harness/index.ts'
import { milliseconds, percentile } from './percentiles.ts'
import { roundTripMs } from './round-trip.ts'
import { stockWrites } from './stock.ts'

/** How long one forwarded write takes beyond what the network and the commit need, and how soon a replica shows it. */
export async function measure(): Promise<void> {
  const cluster = await openDataCluster('bench latency')
  try {
    const commitMs = await stockWrites(cluster, { kind: 'single' })
    console.log(`one commit by stock LiteFS: ${milliseconds(commitMs)}`)
    for (const delayMs of [0, 80]) {
      await cluster.delay(delayMs / 2)
      await measureForwarded(cluster, { delayMs, commitMs })
    }
    await cluster.delay(0)
    await measureReplication(cluster)
  } finally {
    await cluster.close()
  }
}

/**
 * `local` needs one round trip, to the primary and back. `replicated` needs two: what was written goes to the other
 * candidate, whose answer returns to the primary, in between.
 */
async function measureForwarded(cluster: Cluster, { delayMs, commitMs }: { delayMs: number; commitMs: number }) {
  const replica = await cluster.replica()
  const linkMs = await roundTripMs(replica, await cluster.primary())
  console.log(`one byte to the primary and back, ${delayMs} ms of delay: ${milliseconds(linkMs)}`)
  for (const [durability, roundTrips] of [
    ['local', 1],
    ['replicated', 2],
  ] as const) {
    await work(replica, 'writeTimes', { count: 50, durability, pauseMs: 10 })
    const { took } = await work(replica, 'writeTimes', { count: delayMs > 0 ? 60 : 200, durability, pauseMs: 10 })
    const needed = linkMs * roundTrips + commitMs
    const [beyond, beyondMost] = [0.5, 0.99].map((share) => milliseconds(percentile(took, share) - needed))
    const whole = milliseconds(percentile(took, 0.5))
    const what = `forwarded write, ${durability}, ${delayMs} ms of delay: p50 ${whole}`
    console.log(`${what.padEnd(62)} beyond ${roundTrips} round trips and a commit: p50 ${beyond}, p99 ${beyondMost}`)
  }
}

/** From the acknowledgement of a `local` write on the primary, which follows its commit, to the first read that shows it. */
async function measureReplication(cluster: Cluster) {
  const primary = await cluster.primary()
  const count = 300
  const [{ acknowledged }, ...seen] = await Promise.all([
    work(primary, 'writeTimes', { count, durability: 'local', pauseMs: 10 }),
    ...(await cluster.replicas()).map((node) =>
      work(node, 'watchNumbers', { count, of: primary.name, timeoutMs: 30_000 }),
    ),
  ])
  const delays = seen.flatMap((times) => Object.entries(times).map(([n, at]) => at - acknowledged[Number(n)]!))
  if (delays.length !== 2 * count) throw new Error(`the replicas showed ${delays.length} of ${2 * count} writes`)
  const shown = [0.5, 0.99].map((share) => milliseconds(Math.max(0, percentile(delays, share))))
  console.log(`commit on the primary → readable on a replica: p50 ${shown[0]}, p99 ${shown[1]}`)
}
