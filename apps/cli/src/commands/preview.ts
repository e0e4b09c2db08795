import { signPreview } from '@atoll/web'
import { becomeUser } from '../become-user.ts'
import type { AtollCommand } from '../command.ts'
import { prepareDataFolder } from '../data-folder.ts'
import { CommandError } from '../errors.ts'
import { readSecret } from '../settings.ts'

export const preview: AtollCommand = {
  usage: 'preview <slug>',
  summary: 'print a link that shows a draft until it expires',
  settings: ['data', 'url', 'port'],
  options: [['--days <number>', 'how long the link works (default: 7)']],
  async run({ settings, flags, args }) {
    const days = Number(flags.days ?? 7)
    if (!(days > 0 && days <= 365))
      throw new CommandError(`--days: found ${JSON.stringify(flags.days)}, wanted 1 to 365`)
    await becomeUser(settings)
    await prepareDataFolder(settings.data)
    const token = signPreview(readSecret(settings), args[0]!, Date.now() + days * 86_400_000)
    console.log(`${settings.url}/posts/${args[0]}?preview=${token}`)
    return 0
  },
}
