import { join } from 'node:path'
import { type ClusterNode, eventually, litefs, openCluster } from '../../cluster-tests/harness/index.ts'
import { site, sitePort } from '../../cluster-tests/playground/site.ts'
import { median } from '../load.ts'
import { measureMemory } from './node-memory.ts'

const root = join(import.meta.dirname, '../..')
const embeddedPort = 3001
const page = '/about'
const rounds = 5

/** What LiteFS and the layer cost a node that only serves: its cached pages, and its memory. */
export async function measure(): Promise<void> {
  await measureCachedPage()
  await measureMemory()
}

async function measureCachedPage() {
  const cluster = await openCluster({
    title: 'bench node',
    parts: [litefs(), site(({ urlHost }) => `http://${urlHost}`)],
  })
  try {
    const replica = await cluster.replica()
    await startEmbedded(replica)
    const rates: { litefs: number; embedded: number }[] = []
    for (let round = 0; round <= rounds; round++) {
      const litefs = await requestsPerSecond(replica, sitePort, round)
      const embedded = await requestsPerSecond(replica, embeddedPort, round)
      // The first round warms both.
      if (round > 0) rates.push({ litefs, embedded })
    }
    const ratio = median(rates.map(({ litefs, embedded }) => litefs / embedded))
    const [onLitefs, onFile] = [rates.map(({ litefs }) => litefs), rates.map(({ embedded }) => embedded)].map(median)
    console.log(`cached page: ${onLitefs}/s on a replica, ${onFile}/s embedded: ${ratio.toFixed(2)} × (goal ≥ 0.95)`)
  } finally {
    await cluster.close()
  }
}

async function startEmbedded(node: ClusterNode) {
  const running = node.runScript(join(root, 'apps/cli/bin/atoll.js'), ['start'], {
    name: 'embedded',
    env: {
      PORT: String(embeddedPort),
      HOST: node.address,
      ATOLL_CONTENT: join(root, 'content'),
      ATOLL_DATA: join(node.folder, 'embedded'),
    },
  })
  await eventually('the embedded site is ready', async () => {
    if (!running.isRunning()) throw new Error(`it ended: ${running.log().slice(-800)}`)
    return (await node.fetch(`http://${node.urlHost}:${embeddedPort}/ready`)).ok
  })
}

/** By wrk on the node itself, so that the tests' network is no part of it. */
async function requestsPerSecond(node: ClusterNode, port: number, round: number): Promise<number> {
  const url = `http://${node.urlHost}:${port}${page}`
  const wrk = node.run('wrk', ['-t1', '-c64', '-d3s', '-H', 'accept-encoding: br', url], {
    name: `wrk-${port}-${round}`,
  })
  await wrk.ended
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(wrk.log())?.[1])
  if (!rate || /Non-2xx/.test(wrk.log())) throw new Error(`wrk: ${wrk.log().slice(-500)}`)
  return Math.round(rate)
}
