import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { programPath } from '../programs/programs.ts'
import { eventually } from './eventually.ts'
import type { ClusterNode, Part } from './node.ts'

export interface LitefsOptions {
  /** Where its HTTP server listens: the node's address (the default), or loopback when a guard stands before it. */
  listen?: 'address' | 'loopback'
  /** The node's own Consul unless a guard answers in its place. */
  consulUrl?: (node: ClusterNode) => string
  /** What it tells others about where it is; its own address by default. */
  advertiseUrl?: (node: ClusterNode) => string
  /** Default 10 s, which takes 20 s to expire. Consul allows 500 ms in these tests; below 2 s a busy machine loses leases. */
  ttl?: string
  lockDelay?: string
  reconnectDelay?: string
  /** Whether its start waits until it is primary or knows one. Default true. */
  waitsForPrimary?: boolean
}

/** LiteFS as published, as a part of a node. */
export function litefs(options: LitefsOptions = {}): Part {
  return {
    name: 'litefs',
    firstAlone: true,
    async start(node) {
      const config = join(node.folder, 'litefs.yml')
      writeFileSync(config, JSON.stringify(litefsConfig(node, options), null, 2))
      const running = node.run(programPath('litefs'), ['mount', '-config', config, '-no-expand-env'], {
        name: 'litefs',
      })
      await eventually(`LiteFS on ${node.name} is primary or knows one`, async () => {
        if (!running.isRunning()) throw new Error(`it ended: ${running.log().slice(-800)}`)
        const { isPrimary, primary } = await litefsInfo(node)
        return options.waitsForPrimary === false || isPrimary || primary.hostname !== ''
      })
      return running
    },
  }
}

/** JSON is YAML. */
function litefsConfig(node: ClusterNode, options: LitefsOptions) {
  const { listen = 'address', ttl = '10s', lockDelay = '1ms', reconnectDelay = '100ms' } = options
  const address = `${node.urlHost}:20202`
  return {
    fuse: { dir: node.mount },
    data: { dir: node.data },
    http: { addr: listen === 'address' ? `:20202` : '127.0.0.1:20202' },
    lease: {
      type: 'consul',
      hostname: node.name,
      'advertise-url': options.advertiseUrl?.(node) ?? `http://${address}`,
      candidate: node.candidate,
      'reconnect-delay': reconnectDelay,
      consul: { url: options.consulUrl?.(node) ?? node.consulUrl, key: 'litefs/atoll', ttl, 'lock-delay': lockDelay },
    },
    log: { timestamp: true },
  }
}

export interface LitefsInfo {
  isPrimary: boolean
  candidate: boolean
  clusterID: string
  /** Empty when no primary is known. */
  primary: { hostname: string }
}

export async function litefsInfo(node: ClusterNode): Promise<LitefsInfo> {
  const response = await node.fetch(`http://127.0.0.1:20202/info`, { signal: AbortSignal.timeout(2_000) })
  return { primary: { hostname: '' }, ...((await response.json()) as Partial<LitefsInfo>) } as LitefsInfo
}

/** Transaction id and checksum of each database, as `txid/checksum`. */
export async function litefsPositions(node: ClusterNode): Promise<Record<string, string>> {
  const response = await node.fetch('http://127.0.0.1:20202/debug/vars', { signal: AbortSignal.timeout(2_000) })
  const { store } = (await response.json()) as { store: { dbs?: Record<string, { txid: string; checksum: string }> } }
  return Object.fromEntries(
    Object.entries(store.dbs ?? {}).map(([name, { txid, checksum }]) => [name, `${txid}/${checksum}`]),
  )
}
