import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fetchBackup, openStore, restoreBackup } from '@atoll/backup'
import { exportContent, openBlog, readReactions } from '@atoll/blog'
import { becomeUser } from '../become-user.ts'
import type { AtollCommand } from '../command.ts'
import { prepareDataFolder } from '../data-folder.ts'
import { CommandError } from '../errors.ts'
import { ownDatabase } from '../own-database.ts'
import { showProgress } from '../progress.ts'
import { publishFolder } from '../publish/publish-folder.ts'
import { openSite, type SiteClient, tokenOf } from '../publish/site-client.ts'
import { addressOf } from './backup.ts'

export const restore: AtollCommand = {
  usage: 'restore',
  summary: 'put a backup in the place of the database, or bring a running site back to it',
  settings: ['data', 'backupTo'],
  options: [
    ['--at <time>', 'the newest backup that is not younger: 2026-11-27T12:00:00Z (default: the newest)'],
    ['--to <address>', 'a running site or cluster: its content and reactions become those of the backup, all at once'],
    ['--token <token>', 'for --to, made by `atoll token` (default: ATOLL_TOKEN)'],
    ['--force', 'take over the backup of another site'],
  ],
  async run({ settings, flags }) {
    const store = openStore(addressOf(settings.backupTo))
    const progress = showProgress('fetching')
    const options = {
      store,
      at: timeOf(flags.at),
      onProgress: ({ done, total }: { done: number; total: number }) => progress.update(done, total),
    }
    try {
      if (typeof flags.to === 'string') {
        const site = openSite({ url: flags.to, token: tokenOf(flags) })
        const { at, files } = await restoreInto(site, options)
        progress.end()
        console.log(`${site.origin} has the content of ${at} again: ${files} files`)
        return 0
      }
      const file = ownDatabase(settings, 'restore into them with --to https://…')
      await becomeUser(settings)
      await prepareDataFolder(settings.data)
      const { manifest, before } = await restoreBackup(file, {
        ...options,
        force: flags.force === true,
      })
      progress.end()
      console.log(`restored the backup of ${manifest.at}${before ? `; what was there is kept as ${before}` : ''}`)
      return 0
    } finally {
      progress.end()
    }
  },
}

/**
 * A running site is not given another file under it: what the backup has is published, so that every node gets it as
 * one change, and the site answers meanwhile.
 */
async function restoreInto(
  site: SiteClient,
  options: Parameters<typeof fetchBackup>[1],
): Promise<{ at: string; files: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'atoll-restore-'))
  try {
    const file = join(folder, 'backup.db')
    const { at } = await fetchBackup(file, options)
    const content = join(folder, 'content')
    const repo = await openBlog({ file })
    const { exported, reactions } = await readAll(repo, content).finally(() => repo.close())
    const { files, missing } = exported
    if (missing.length > 0) {
      throw new CommandError(
        `the backup has no bytes for ${missing.length} large files, such as ${missing[0]}: restore on the server`,
      )
    }
    const reactionsFile = join(folder, 'reactions.json')
    await writeFile(reactionsFile, reactions.bytes)
    await publishFolder({
      folder: content,
      site,
      force: true,
      reactions: { file: reactionsFile, hash: reactions.hash, size: reactions.bytes.length },
      onProgress: (_, done, total) => options.onProgress?.({ done, total }),
    })
    return { at, files }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function readAll(repo: Awaited<ReturnType<typeof openBlog>>, folder: string) {
  return { exported: await exportContent({ repo, folder }), reactions: await readReactions(repo) }
}

function timeOf(text: unknown): Date | undefined {
  if (typeof text !== 'string') return undefined
  const time = new Date(text)
  if (Number.isNaN(time.getTime()))
    throw new CommandError(`--at: found ${JSON.stringify(text)}, wanted 2026-11-27T12:00:00Z`)
  return time
}
