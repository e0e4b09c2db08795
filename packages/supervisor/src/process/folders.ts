import { chmod, chown, mkdir, writeFile } from 'node:fs/promises'
import { SupervisorError } from '../errors.ts'
import type { User } from './user.ts'

export interface Folder {
  path: string
  mode: number
  /** Default: whoever runs the supervisor. */
  owner?: User | undefined
}

/** Makes a folder, or gives the one that is there its mode and owner. */
export async function makeFolder({ path, mode, owner }: Folder): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode })
    await chmod(path, mode)
    if (owner) await chown(path, owner.uid, owner.gid)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new SupervisorError('folder_not_writable', `cannot make the folder ${path} (${code})`, { cause })
  }
}

/** Readable by its owner alone. */
export function writePrivately(file: string, text: string): Promise<void> {
  return writeFile(file, text, { mode: 0o600 })
}
