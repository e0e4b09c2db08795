import { findUser, makeFolder } from '@atoll/supervisor'
import type { Settings } from './settings.ts'

/**
 * Gives up root for the user that the settings name, as a container starts a program that needs no rights: what a
 * command makes in the data folder, or adds to the backups, has to be the site's. The data folder, which may be a volume
 * that nobody wrote to yet, becomes that user's.
 */
export async function becomeUser({ user, data }: Settings): Promise<void> {
  if (user === undefined || process.getuid?.() !== 0) return
  const { uid, gid } = findUser(user)
  if (uid === 0) return
  await makeFolder({ path: data, mode: 0o750, owner: { name: user, uid, gid } })
  process.setgroups!([gid])
  process.setgid!(gid)
  process.setuid!(uid)
}
