import { askGuard } from '@atoll/supervisor/guard'
import type { AtollCommand } from '../command.ts'
import { findGuard } from '../guarded.ts'

export const remove: AtollCommand = {
  usage: 'remove <node>',
  summary: 'forget a node that does not come back; run it on any other node',
  settings: ['data'],
  async run({ settings, args: [node] }) {
    await askGuard(findGuard(settings), 'remove', { node: node! })
    console.log(`${node} is out of the cluster: nobody waits for it, and it cannot become primary`)
    return 0
  },
}
