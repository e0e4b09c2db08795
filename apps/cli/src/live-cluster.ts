import { hash } from 'node:crypto'
import type { ClusterNode } from '@atoll/cluster'
import type { LiveCluster, LiveMessage } from '@atoll/live'

const liveMethod = 'live'
/** What is said about who is here is soon said again. */
const deadlineMs = 2000

/** Carries what open pages tell each other to the other nodes, best effort. */
export function openLiveCluster(node: Pick<ClusterNode, 'name' | 'peers' | 'call' | 'handle'>): LiveCluster {
  const listeners = new Set<(node: string, message: LiveMessage) => void>()
  node.handle(liveMethod, (payload, from) => {
    for (const listener of listeners) listener(from.node, payload as LiveMessage)
  })
  return {
    name: aliasOf(node.name),
    broadcast(message) {
      for (const { address } of node.peers()) tell(address, message)
    },
    send(alias, message) {
      const peer = node.peers().find(({ name }) => aliasOf(name) === alias)
      if (peer) tell(peer.address, message)
      return peer !== undefined
    },
    onMessage(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }

  function tell(address: string, message: LiveMessage): void {
    node.call(address, liveMethod, message, { deadlineMs }).catch(() => {})
  }
}

/** It is a part of what browsers call their connections, and what machines are called is for their operator alone. */
function aliasOf(name: string): string {
  return hash('sha256', name, 'base64url').slice(0, 16)
}
