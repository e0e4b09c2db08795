import type { ClusterNode } from '@atoll/cluster'
import type { LiveCluster, LiveMessage } from '@atoll/live'

const liveMethod = 'live'
/** What is said about who is here is soon said again. */
const deadlineMs = 2000

/** Carries what open pages tell each other to the other nodes, best effort. */
export function openLiveCluster(node: Pick<ClusterNode, 'peers' | 'call' | 'handle'>): LiveCluster {
  const listeners = new Set<(node: string, message: LiveMessage) => void>()
  node.handle(liveMethod, (payload, from) => {
    for (const listener of listeners) listener(from.node, payload as LiveMessage)
  })
  return {
    broadcast(message) {
      for (const { address } of node.peers()) node.call(address, liveMethod, message, { deadlineMs }).catch(() => {})
    },
    onMessage(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
