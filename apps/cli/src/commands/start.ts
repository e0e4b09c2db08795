import { becomeUser } from '../become-user.ts'
import type { AtollCommand } from '../command.ts'
import { openLog } from '../log.ts'
import { isSupervised } from '../supervisor-settings.ts'

export const start: AtollCommand = {
  usage: 'start',
  summary: 'import the content folder and serve the site',
  settings: [
    'port',
    'host',
    'content',
    'data',
    'url',
    'trustedProxies',
    'watch',
    'cacheMb',
    'largeFileMb',
    'backupTo',
    'logLevel',
  ],
  async run({ settings }) {
    // The supervisor is a process that stays: it carries nothing of the site's.
    if (isSupervised(settings)) return (await import('../supervise.ts')).supervise(settings, openLog(settings))
    await becomeUser(settings)
    const { runSite } = await import('../site.ts')
    await runSite({ settings, isDev: false })
    return 0
  },
}
