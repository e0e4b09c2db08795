import type { AtollCommand } from '../command.ts'
import { openLog } from '../log.ts'
import { runSite } from '../site.ts'

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
    await runSite({ settings, log: openLog(settings), isDev: false })
    return 0
  },
}
