import { resolve } from 'node:path'
import { drillRestore, lastDrill, listBackups, openStore, pruneBackups, type Store, takeBackup } from '@atoll/backup'
import { becomeUser } from '../become-user.ts'
import type { AtollCommand } from '../command.ts'
import { prepareDataFolder } from '../data-folder.ts'
import { CommandError } from '../errors.ts'
import { withSource } from '../own-database.ts'
import { showProgress } from '../progress.ts'

export const backup: AtollCommand = {
  usage: 'backup',
  summary: 'take a backup of the database now, of a running site too',
  settings: ['data', 'backupTo'],
  options: [
    ['--list', 'print the backups there are, newest first, and the last drill'],
    ['--drill', 'restore the newest backup somewhere else and look at all of it'],
  ],
  async run({ settings, flags }) {
    await becomeUser(settings)
    const store = openStore(addressOf(settings.backupTo))
    if (flags.list === true) return list(store)
    await prepareDataFolder(settings.data)
    if (flags.drill === true) {
      const { isGood, backup, reason, durationMs } = await drillRestore({ store, scratch: settings.data })
      console.log(
        isGood ? `the backup of ${backup} was restored and is whole (${durationMs} ms)` : `the drill failed: ${reason}`,
      )
      return isGood ? 0 : 1
    }
    const progress = showProgress('storing')
    try {
      const options = { store, scratch: settings.data, node: settings.node }
      const { manifest, isUnchanged, stored } = await withSource(settings, (source) =>
        takeBackup({ ...options, source, onProgress: ({ done, total }) => progress.update(done, total) }),
      )
      progress.end()
      const size = `${(manifest.bytes / 1e6).toFixed(1)} MB`
      if (isUnchanged) console.log(`nothing changed since the backup of ${manifest.at} (${size})`)
      else console.log(`backup ${manifest.at}: ${size}, ${stored} of ${manifest.chunks.length} pieces were new`)
      await pruneBackups(store)
      return 0
    } finally {
      progress.end()
    }
  },
}

/** What a person gave as the place of backups. */
export function addressOf(place: string | undefined): string {
  if (!place)
    throw new CommandError('say where backups are: --backup-to FOLDER or s3://bucket/prefix, or ATOLL_BACKUP_TO')
  return place.startsWith('s3:') ? place : resolve(place)
}

async function list(store: Store): Promise<number> {
  const backups = await listBackups(store)
  for (const { at } of backups) console.log(at)
  const drill = await lastDrill(store)
  if (drill)
    console.log(`last drill ${drill.at}: ${drill.isGood ? `the backup of ${drill.backup} is whole` : drill.reason}`)
  return backups.length > 0 ? 0 : 1
}
