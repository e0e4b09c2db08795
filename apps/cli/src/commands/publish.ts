import { resolve } from 'node:path'
import type { AtollCommand } from '../command.ts'
import { CommandError } from '../errors.ts'
import { type Progress, showProgress } from '../progress.ts'
import { publishFolder } from '../publish/publish-folder.ts'
import { openSite, tokenOf } from '../publish/site-client.ts'
import { describeProblem, describeReport } from '../site-import.ts'

export const publish: AtollCommand = {
  usage: 'publish [folder]',
  summary: 'send a content folder to a running site, which publishes all of it or nothing',
  settings: ['content'],
  options: [
    ['--to <address>', 'the site, or any node of it: https://example.org'],
    ['--token <token>', 'made by `atoll token` on the server (default: ATOLL_TOKEN)'],
    ['--force', 'replace what others published in between, and newer content'],
    ['--json', 'print what was done as JSON'],
  ],
  async run({ settings, flags, args }) {
    if (typeof flags.to !== 'string') throw new CommandError('say which site: atoll publish --to https://example.org')
    const site = openSite({ url: flags.to, token: tokenOf(flags) })
    const folder = args[0] ? resolve(args[0]) : settings.content
    const progress = showSteps()
    try {
      const report = await publishFolder({ folder, site, force: flags.force === true, onProgress: progress.update })
      progress.end()
      for (const problem of report.problems) console.error(describeProblem(problem))
      console.log(
        flags.json === true ? JSON.stringify(report) : describeReport(report).replace('imported', 'published'),
      )
      return report.refused || report.problems.some(({ severity }) => severity === 'error') ? 1 : 0
    } finally {
      progress.end()
    }
  },
}

/** One bar for each step. */
function showSteps() {
  let current: { step: string; bar: Progress } | undefined
  return {
    update(step: string, done: number, total: number) {
      if (current?.step !== step) {
        current?.bar.end()
        current = { step, bar: showProgress(step) }
      }
      if (total > 0) current.bar.update(done, total)
    },
    end() {
      current?.bar.end()
      current = undefined
    },
  }
}
