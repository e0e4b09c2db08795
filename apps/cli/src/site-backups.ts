import { join } from 'node:path'
import { type BackupSchedule, type BackupSource, type BackupState, clearScratch, scheduleBackups } from '@atoll/backup'
import type { BlogTables } from '@atoll/blog'
import type { Repo } from '@atoll/repo'
import type { Logger } from 'pino'
import { addressOf } from './commands/backup.ts'
import type { Settings } from './settings.ts'

interface SiteBackups {
  settings: Settings
  repo: Pick<Repo<BlogTables>, 'onCommit'>
  log: Logger
  /** Default: the file in the data folder. */
  source?: () => Promise<BackupSource>
  /** Default: this node is the only one. */
  isOurs?: () => boolean
}

/** Takes backups of a running site, if it has a place for them. Every failure and every failed drill is in the log once. */
export async function startBackups({
  settings,
  repo,
  log,
  source,
  isOurs = () => true,
}: SiteBackups): Promise<BackupSchedule | undefined> {
  if (!settings.backupTo) return undefined
  await clearScratch(settings.data)
  let told: string | undefined
  let taken: string | undefined
  const file = join(settings.data, 'atoll.db')
  const schedule = scheduleBackups({
    address: addressOf(settings.backupTo),
    source: source ?? (async () => ({ kind: 'file', file })),
    scratch: settings.data,
    node: settings.node,
    isOurs,
    everyMs: settings.backupEvery * 60_000,
    afterChangeMs: settings.backupAfter * 1000,
    onState: tell,
  })
  const stopListening = repo.onCommit(() => schedule.touch())
  return {
    get state() {
      return schedule.state
    },
    touch: schedule.touch,
    async close() {
      stopListening()
      await schedule.close()
    },
  }

  function tell({ failure, drill, backup }: BackupState) {
    if (backup && backup.node === settings.node && backup.at !== taken) log.info(backup, 'took a backup')
    taken = backup?.at
    const wrong = failure?.reason ?? (drill && !drill.isGood ? `the drill failed: ${drill.reason}` : undefined)
    if (wrong && wrong !== told) log.error({ reason: wrong }, 'the backup failed')
    if (!wrong && told) log.info('backups work again')
    told = wrong
  }
}
