import type { Consul } from './consul-client.ts'
import type { ConsulWatch } from './consul-watch.ts'
import type { Disk } from './disk.ts'
import type { Lease } from './lease.ts'
import type { Peers } from './peers.ts'
import type { Keys } from './records.ts'

export interface ForgetOptions {
  consul: Consul
  keys: Keys
  lease: Lease
  watch: ConsulWatch
  disk: Disk
  peers: Peers
  forgetAfterMs: number
}

/** A node without a record is dialled so much longer: after a restart of Consul it writes one at once. */
const dialledForMs = 10_000

/**
 * Forgets nodes that are gone: where each new machine has a new name, every one that ever was would be dialled for ever.
 * Never a member of the newest set: the day that Consul forgets everything, those are the ones to ask (rule 9).
 */
export function forgetNodes(options: ForgetOptions): () => Promise<void> {
  const { consul, keys, lease, watch, disk, peers, forgetAfterMs } = options
  const seen = new Map<string, { index: number; at: number }>()

  return async function review() {
    const { picture } = watch
    if (!picture) return
    for (const { node, index } of picture.nodes) {
      if (seen.get(node)?.index !== index) seen.set(node, { index, at: performance.now() })
    }
    const names = new Set(picture.nodes.map(({ node }) => node))
    for (const node of seen.keys()) if (!names.has(node)) seen.delete(node)
    for (const { node, silentForMs } of peers.all()) {
      const isGone = !names.has(node) && !isMember(node) && silentForMs() > dialledForMs
      if (isGone && watch.clearForMs > dialledForMs) peers.forget(node)
    }
    await dropRecords()
  }

  function isMember(node: string): boolean {
    const sets = [disk.newestSet, lease.reign?.set, lease.reign?.pendingSet]
    return sets.some((set) => set?.members.some((member) => member.node === node))
  }

  /** Whoever leads does it, of nodes that wrote nothing while Consul could be written to. */
  async function dropRecords() {
    const { reign } = lease
    if (!reign || watch.clearForMs < forgetAfterMs) return
    for (const [node, { index, at }] of seen) {
      if (performance.now() - at < forgetAfterMs || isMember(node)) continue
      const key = keys.node(node)
      await consul.transact([
        { verb: 'check-index', key: keys.lease, index: reign.term },
        { verb: 'check-index', key, index },
        { verb: 'delete', key },
      ])
    }
  }
}
