import { chmod, chown, mkdir, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
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
    await makeWithParents(path, mode)
    await chmod(path, mode)
    if (owner) await chown(path, owner.uid, owner.gid)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new SupervisorError('folder_not_writable', `cannot make the folder ${path} (${code})`, { cause })
  }
}

/** Node's own `recursive` tries for ever where the parent is there and nothing can be made in it, as in `/proc`. */
export async function makeWithParents(path: string, mode?: number): Promise<void> {
  if (!(await found(dirname(path)))) await makeWithParents(dirname(path), mode)
  if (!(await found(path))?.isDirectory()) await mkdir(path, { mode })
}

const found = (path: string) => stat(path).catch(() => undefined)

/** Readable by its owner alone. */
export function writePrivately(file: string, text: string): Promise<void> {
  return writeFile(file, text, { mode: 0o600 })
}
