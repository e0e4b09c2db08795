import type { AtollCommand } from '../command.ts'
import { runSite } from '../site.ts'
import { start } from './start.ts'

/** The site alone: what `atoll start` runs as a child when it supervises. */
export const serve: AtollCommand = {
  usage: 'serve',
  summary: 'serve the site, without running LiteFS',
  settings: start.settings,
  isInternal: true,
  async run({ settings }) {
    await runSite({ settings, isDev: false })
    return 0
  },
}
