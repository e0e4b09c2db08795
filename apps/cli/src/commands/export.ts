import { resolve } from 'node:path'
import { type ExportReport, exportContent, openBlog } from '@atoll/blog'
import type { AtollCommand } from '../command.ts'
import { prepareDataFolder } from '../data-folder.ts'
import { ownDatabase } from '../own-database.ts'
import { showProgress } from '../progress.ts'
import { exportFrom } from '../publish/export-from.ts'
import { openSite, tokenOf } from '../publish/site-client.ts'

export const exportCommand: AtollCommand = {
  usage: 'export <folder>',
  summary: 'write all content back as Markdown and assets, byte for byte as it was imported',
  settings: ['content', 'data'],
  options: [
    ['--from <address>', 'a running site instead of the data folder of this machine'],
    ['--token <token>', 'made by `atoll token` on the server (default: ATOLL_TOKEN)'],
  ],
  async run({ settings, flags, args }) {
    const folder = resolve(args[0]!)
    if (typeof flags.from === 'string') {
      const site = openSite({ url: flags.from, token: tokenOf(flags) })
      return summarise(await withBar((onProgress) => exportFrom({ site, folder, onProgress })), 'in its database')
    }
    const file = ownDatabase(settings, 'export from them with --from https://…')
    await prepareDataFolder(settings.data)
    const repo = await openBlog({ file })
    try {
      const contentFolder = settings.content
      const report = await withBar((onProgress) => exportContent({ repo, folder, contentFolder, onProgress }))
      return summarise(report, `in ${contentFolder}`)
    } finally {
      await repo.close()
    }
  },
}

type OnProgress = (progress: { done: number; total: number }) => void

async function withBar<Result>(work: (onProgress: OnProgress) => Promise<Result>): Promise<Result> {
  const bar = showProgress('exporting')
  try {
    return await work(({ done, total }) => bar.update(done, total))
  } finally {
    bar.end()
  }
}

function summarise({ files, missing }: Pick<ExportReport, 'files' | 'missing'>, place: string): number {
  for (const path of missing) console.error(`${path}: too large for the database, and not ${place}`)
  console.log(`exported ${files} files`)
  return missing.length > 0 ? 1 : 0
}
