import { type AccessScope, accessScopes, signAccess } from '@atoll/web'
import { becomeUser } from '../become-user.ts'
import type { AtollCommand } from '../command.ts'
import { prepareDataFolder } from '../data-folder.ts'
import { CommandError } from '../errors.ts'
import { readSecret } from '../settings.ts'

export const token: AtollCommand = {
  usage: 'token',
  summary: 'print a token for `atoll publish`, `atoll status` and other programs',
  settings: ['data'],
  options: [
    ['--scope <scopes>', 'publish, operate, or both with a comma (default: publish)'],
    ['--days <number>', 'how long it works (default: 90)'],
  ],
  async run({ settings, flags }) {
    const scopes = String(flags.scope ?? 'publish').split(',') as AccessScope[]
    const wrong = scopes.find((scope) => !accessScopes.includes(scope))
    if (wrong !== undefined) throw new CommandError(`--scope: found ${wrong}, wanted ${accessScopes.join(' or ')}`)
    const days = Number(flags.days ?? 90)
    if (!(days > 0 && days <= 3650)) throw new CommandError(`--days: found ${flags.days}, wanted 1 to 3650`)
    await becomeUser(settings)
    await prepareDataFolder(settings.data)
    console.log(signAccess(readSecret(settings), { scopes, expiresAt: Date.now() + days * 86_400_000 }))
    return 0
  },
}
