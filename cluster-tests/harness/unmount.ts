import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Takes away what is mounted there, also when the program behind it is dead and files are open. */
export async function unmount(path: string): Promise<void> {
  await promisify(execFile)('umount', ['--lazy', path]).catch(() => {})
}
