import { askGuard } from '@atoll/supervisor/guard'
import type { AtollCommand } from '../command.ts'
import { findGuard } from '../guarded.ts'

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
    const after = await askGuard(socket, 'status')
    console.log(after.holder === node ? `${node} is still primary` : `${after.holder ?? 'another node'} is primary`)
    return after.lease.kind === 'not-held' ? 0 : 1
  },
}
