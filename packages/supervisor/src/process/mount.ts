import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { SupervisorError } from '../errors.ts'

const execute = promisify(execFile)

/** Whether a FUSE file system is mounted there. Asked of the kernel's table: a look at the folder itself can hang. */
export async function isMounted(folder: string): Promise<boolean> {
  const table = await readFile('/proc/self/mountinfo', 'utf8')
  return table.split('\n').some((line) => {
    // Fields as proc(5) has them: the fifth is the mount point, the type stands first behind the lone hyphen.
    const [mount = '', source = ''] = line.split(' - ')
    return decodePath(mount.split(' ')[4] ?? '') === folder && source.startsWith('fuse')
  })
}

/**
 * Takes away what a LiteFS that was killed left mounted; whoever looked into the folder would get "transport endpoint
 * is not connected". While a program still has a file of it open, only the name can be taken away.
 */
export async function cleanStaleMount(folder: string): Promise<'clean' | 'unmounted' | 'detached'> {
  if (!(await isMounted(folder))) return 'clean'
  await execute('fusermount3', ['-u', folder]).catch(() => {})
  if (!(await isMounted(folder))) return 'unmounted'
  await execute('umount', ['-l', folder]).catch(() => {})
  if (!(await isMounted(folder))) return 'detached'
  throw new SupervisorError('mount_busy', `cannot take away the old mount at ${folder}`)
}

/** Fails whatever waits for the file system there, threads of its own program included; its name stays. */
export async function abortMount(folder: string): Promise<void> {
  // With files open it says that the mount is busy, having done so.
  await execute('umount', ['-f', folder]).catch(() => {})
}

/** Spaces and a few others are written in octal. */
function decodePath(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}
