import { askGuard } from '@atoll/supervisor/guard'
import type { AtollCommand } from '../command.ts'
import { findGuard } from '../guarded.ts'

export const init: AtollCommand = {
  usage: 'init',
  summary: 'begin a cluster that never existed, with this node as its first primary',
  settings: ['data'],
  async run({ settings }) {
    await askGuard(findGuard(settings), 'init')
    console.log('this node may become primary now; the others join it by themselves')
    return 0
  },
}
