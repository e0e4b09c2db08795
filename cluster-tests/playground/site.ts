import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type ClusterNode, eventually, type Part } from '../harness/index.ts'

export const sitePort = 3000
const clusterPort = 4100
const root = join(import.meta.dirname, '../..')

/** The site on LiteFS with the sample content; readers find it at the address that `urlOf` gives. */
export function site(urlOf: (node: ClusterNode) => string): Part {
  return {
    name: 'site',
    async start(node) {
      const data = join(node.folder, 'site')
      mkdirSync(data, { recursive: true })
      const running = node.runScript(join(root, 'apps/cli/bin/atoll.js'), ['start'], {
        name: 'site',
        env: {
          PORT: String(sitePort),
          HOST: node.address,
          ATOLL_URL: urlOf(node),
          ATOLL_CONTENT: join(root, 'content'),
          ATOLL_DATA: data,
          ATOLL_REPLICATION: 'litefs',
          ATOLL_LITEFS_MOUNT: node.mount,
          ATOLL_NODE: node.name,
          ATOLL_REGION: node.region,
          ATOLL_CANDIDATES: node.peers
            .filter(({ candidate }) => candidate)
            .map(({ name }) => name)
            .join(','),
          ATOLL_PEERS: node.peers.map(({ urlHost }) => `${urlHost}:${clusterPort}`).join(','),
          ATOLL_CLUSTER_HOST: node.address,
          ATOLL_CLUSTER_PORT: String(clusterPort),
          ATOLL_SECRET: 'of a cluster that nobody else can reach',
          ATOLL_CLUSTER_SECRET: 'of a cluster that nobody else can reach',
        },
      })
      await eventually(
        `the site on ${node.name} is ready`,
        async () => {
          if (!running.isRunning()) throw new Error(`it ended: ${running.log().slice(-800)}`)
          return (await node.fetch(`http://${node.urlHost}:${sitePort}/ready`)).ok
        },
        { timeoutMs: 60_000 },
      )
      return running
    },
  }
}
