import { join } from 'node:path'
import { openBlog } from '@atoll/blog'
import { becomeUser } from '../become-user.ts'
import type { AtollCommand } from '../command.ts'
import { prepareDataFolder } from '../data-folder.ts'
import { CommandError } from '../errors.ts'
import { describeProblems, describeReport, importSite } from '../site-import.ts'

export const importCommand: AtollCommand = {
  usage: 'import',
  summary: 'bring the content folder into the database; ends with 1 if a file has an error',
  settings: ['content', 'data', 'largeFileMb', 'logLevel'],
  options: [
    ['--force', 'replace newer content by this folder'],
    ['--json', 'print what was done as JSON'],
  ],
  async run({ settings, flags }) {
    if (settings.replication === 'litefs') {
      throw new CommandError('ATOLL_REPLICATION: found litefs; there the primary imports its content folder by itself')
    }
    await becomeUser(settings)
    await prepareDataFolder(settings.data)
    const repo = await openBlog({ file: join(settings.data, 'atoll.db') })
    try {
      const report = await importSite({ repo, settings, force: flags.force === true })
      if (report.problems.length > 0) console.error(describeProblems(report.problems))
      console.log(flags.json === true ? JSON.stringify(report) : describeReport(report))
      return report.refused || report.problems.some(({ severity }) => severity === 'error') ? 1 : 0
    } finally {
      await repo.close()
    }
  },
}
