import { askGuard } from '@atoll/supervisor/guard'
import type { AtollCommand } from '../command.ts'
import { findGuard } from '../guarded.ts'

const patienceMs = 5_000

export const handover: AtollCommand = {
  usage: 'handover',
  summary: 'make another node primary, without losing a write; run it on the primary',
  settings: ['data'],
  options: [['--to <node>', 'which one; default: the member of the in-sync set that is furthest']],
  async run({ settings, flags }) {
    const socket = findGuard(settings)
    const { lease, node, holder } = await askGuard(socket, 'status')
    if (lease.kind === 'not-held') {
      console.error(holder ? `${holder} is primary, not ${node}: ask there` : 'no node is primary')
      return 1
    }
    await askGuard(socket, 'handover', typeof flags.to === 'string' ? { to: flags.to } : {})
    const after = await statusOnceSettled(socket)
    console.log(after.holder === node ? `${node} is still primary` : `${after.holder ?? 'another node'} is primary`)
    return after.lease.kind === 'not-held' ? 0 : 1
  },
}

/** The guard that gave the lease away learns by its next look at Consul who took it. */
async function statusOnceSettled(socket: string) {
  const end = performance.now() + patienceMs
  for (;;) {
    const status = await askGuard(socket, 'status')
    const isSettled = status.lease.kind !== 'not-held' || status.holder !== status.node
    if (isSettled || performance.now() > end) return status
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
