import { join } from 'node:path'
import { askGuard, type GuardOptions } from '../../packages/supervisor/src/guard/index.ts'
import { type ClusterNode, eventually, litefs, type Part } from '../harness/index.ts'

export const guardPort = 4100
const secret = 'the secret of the cluster tests, which is long'

export type GuardSettings = (node: ClusterNode) => Partial<GuardOptions>

/** The guard as a process, before LiteFS. */
export function guard(settings: GuardSettings = () => ({}), { env = {} }: { env?: NodeJS.ProcessEnv } = {}): Part {
  return {
    name: 'guard',
    async start(node) {
      const options: Omit<GuardOptions, 'log'> = {
        node: node.name,
        region: node.region,
        candidate: node.candidate,
        consulUrl: node.consulUrl,
        leaseKey: 'litefs/atoll',
        proxyPort: 8500,
        litefs: { host: '127.0.0.1', port: 20202 },
        database: 'app.db',
        listen: { host: node.address, port: guardPort },
        address: `${node.urlHost}:${guardPort}`,
        secrets: secret,
        folder: guardFolder(node),
        socket: guardSocket(node),
        leastFreeBytes: 1 << 20,
        ...settings(node),
      }
      const script = join(import.meta.dirname, 'guard-process.ts')
      const running = node.runScript(script, [JSON.stringify(options)], { name: 'guard', env })
      await eventually(`the guard of ${node.name} answers`, async () => {
        if (!running.isRunning()) throw new Error(`it ended: ${running.log().slice(-800)}`)
        return askGuard(guardSocket(node), 'status')
      })
      // The cluster is a new one: its first node says so.
      if (node.number === 1) await askGuard(guardSocket(node), 'init').catch(() => {})
      return running
    },
  }
}

/** LiteFS behind the guard, with the part of a supervisor that matters to it: it hears when LiteFS has ended. */
export function guardedLitefs(): Part {
  const consulUrl = () => 'http://127.0.0.1:8500'
  const part = litefs({ listen: 'loopback', consulUrl, ttl: '2s', reconnectDelay: '20ms', waitsForPrimary: false })
  return {
    ...part,
    async start(node) {
      const running = await part.start(node)
      void running.ended.then(() => askGuard(guardSocket(node), 'litefs-exited').catch(() => {}))
      return running
    },
  }
}

/** A small application that writes by the rules, or as best it can without a guard. */
export const writer = ({ isGuarded }: { isGuarded: boolean }): Part => ({
  name: 'app',
  async start(node) {
    const env = { DATABASE: join(node.mount, 'app.db'), ...(isGuarded && { GUARD: guardSocket(node) }) }
    const running = node.runScript(join(import.meta.dirname, 'writer.ts'), [], { name: 'app', env })
    await eventually(`the writer of ${node.name} answers`, async () => {
      if (!running.isRunning()) throw new Error(`it ended: ${running.log().slice(-800)}`)
      return (await node.fetch('http://127.0.0.1:3000/')).ok
    })
    return running
  },
})

/** Guard, LiteFS and application of every node. */
export function guardedParts(settings?: GuardSettings, options?: { env?: NodeJS.ProcessEnv }): Part[] {
  return [guard(settings, options), guardedLitefs(), writer({ isGuarded: true })]
}

export function guardFolder(node: ClusterNode): string {
  return join(node.folder, 'guard')
}

export function guardSocket(node: ClusterNode): string {
  return join(node.folder, 'guard.sock')
}

export function guardStatus(node: ClusterNode) {
  return askGuard(guardSocket(node), 'status')
}

/** LiteFS and the application again, after LiteFS ended: its mount is free only when nobody has a file of it open. */
export async function restartDatabase(node: ClusterNode) {
  await node.kill('app')
  await node.restart('litefs')
  await node.restart('app')
}
