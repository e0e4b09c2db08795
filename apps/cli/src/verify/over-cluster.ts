import type { ClusterNode } from '@atoll/cluster'
import type { NodeFacts, VerifiedNode } from './verify.ts'

const deadlineMs = 20_000

/** Answers other nodes that verify; returns how to stop. */
export function answerVerifications(node: Pick<ClusterNode, 'handle'>, local: VerifiedNode): () => void {
  const stops = [
    node.handle('verify.facts', () => local.facts()),
    node.handle('verify.seen', (run) => local.seen(String(run))),
    node.handle('verify.write', (input) => {
      const { run, values } = input as { run: string; values: string[] }
      return local.write(run, values).then(() => null)
    }),
    node.handle('verify.direct', () => local.writeDirectly()),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/** The nodes that are there now. */
export function remoteNodes(node: Pick<ClusterNode, 'peers' | 'call'>): VerifiedNode[] {
  return node.peers().map(({ name, address }) => {
    const ask = (method: string, payload: unknown) => node.call(address, method, payload, { deadlineMs })
    return {
      name,
      facts: () => ask('verify.facts', null) as Promise<NodeFacts>,
      seen: (run) => ask('verify.seen', run) as Promise<number>,
      writeDirectly: () => ask('verify.direct', null) as ReturnType<VerifiedNode['writeDirectly']>,
      async write(run, values) {
        await ask('verify.write', { run, values })
      },
      remove: () => Promise.reject(new Error('rows are removed through this node')),
    }
  })
}
