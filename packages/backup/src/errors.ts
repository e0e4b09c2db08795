/** Every way a backup can fail. None of them changes anything. */
export const backupErrors = {
  no_backup: { fix: 'Name another time, or look at what `atoll backup --list` shows.' },
  not_a_backup: { fix: 'Name the folder or bucket that `atoll backup` wrote to.' },
  newer_format: { fix: 'Use the release of atoll that wrote the backup, or a later one.' },
  other_site: { fix: 'Name the backups of this site, or take over the other site with --force.' },
  damaged: { fix: 'Restore an earlier backup with --at; the next backup stores what is damaged again.' },
  not_a_database: { fix: 'Restore an earlier backup with --at, and report this: it should not have been kept.' },
  in_use: { fix: 'Stop the site first, or restore into the running one with --to.' },
  bad_store: { fix: 'Write a folder, or s3://bucket/prefix with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY set.' },
  store_failed: {
    fix: 'Check the address, the key and the rights of the store; what was stored before is still there.',
  },
} as const

export type BackupErrorCode = keyof typeof backupErrors

export class BackupError extends Error {
  override readonly name = 'BackupError'
  readonly code: BackupErrorCode

  constructor(code: BackupErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  get fix(): string {
    return backupErrors[this.code].fix
  }
}
