import { createInterface } from 'node:readline/promises'
import { askGuard } from '@atoll/supervisor/guard'
import type { AtollCommand } from '../command.ts'
import { CommandError } from '../errors.ts'
import { findGuard } from '../guarded.ts'

export const promote: AtollCommand = {
  usage: 'promote',
  summary: 'let this node lead although every node that has all writes is gone for good',
  settings: ['data'],
  options: [
    ['--accept-loss', 'needed: what only the lost nodes had is gone then'],
    ['--confirm <code>', 'the code that an earlier call printed, for scripts'],
  ],
  async run({ settings, flags }) {
    if (!flags.acceptLoss) {
      throw new CommandError('promote: writes may be lost; say --accept-loss, or use `atoll handover` to lose nothing')
    }
    const socket = findGuard(settings)
    const given = typeof flags.confirm === 'string' ? flags.confirm : undefined
    const answer = await askGuard(socket, 'accept-loss', given === undefined ? {} : { confirmation: given })
    if (answer.kind === 'accepted') return sayAccepted()

    console.log(answer.mayBeLost)
    const typed = await ask(`Type ${answer.confirmation} to go on: `)
    if (typed === undefined) {
      console.log(`Nothing was changed. To go on: atoll promote --accept-loss --confirm ${answer.confirmation}`)
      return 1
    }
    await askGuard(socket, 'accept-loss', { confirmation: typed })
    return sayAccepted()
  },
}

function sayAccepted(): number {
  console.log('this node may become primary now, for a minute')
  return 0
}

/** Nothing when nobody sits at a terminal. */
async function ask(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return (await lines.question(question)).trim()
  } finally {
    lines.close()
  }
}
