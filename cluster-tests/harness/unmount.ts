import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Takes away what is mounted there, also when the program behind it is dead and files are open. */
export async function unmount(path: string): Promise<void> {
  await execute('umount', ['--lazy', path]).catch(() => {})
}

/**
 * Kills what uses a mount, its LiteFS included. One that was about to write a page can be left waiting for itself, and
 * everybody for it, until its file system is aborted; the supervisor knows (`stuck-end.ts`).
 */
export async function killUsersOf(mount: string, kill: () => Promise<unknown>): Promise<void> {
  const timer = setInterval(() => void execute('umount', ['--force', mount]).catch(() => {}), 1000)
  await kill().finally(() => clearInterval(timer))
}
