import { becomeUser } from '../become-user.ts'
import type { AtollCommand } from '../command.ts'
import { openLog } from '../log.ts'
import { runSite } from '../site.ts'
import { isSupervised, supervise } from '../supervise.ts'

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
    const log = openLog(settings)
    if (isSupervised(settings)) return supervise(settings, log)
    await becomeUser(settings)
    await runSite({ settings, log, isDev: false })
    return 0
  },
}
