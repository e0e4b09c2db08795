import { readFile } from 'node:fs/promises'
import type { Child } from './child.ts'

/**
 * Frees a file system's program that was ended and does not get to its end. Killed while it told the kernel to forget
 * a page that was being written, LiteFS has a thread left that waits for what LiteFS alone could do; so does everybody
 * who looks into its mount, for ever.
 */
export function freeWhenStuck(child: Child, free: () => Promise<unknown>, { everyMs = 1000 } = {}): void {
  let looks = 0
  const timer = setInterval(async () => {
    // Whoever has ended and was waited for is not there any more; one look may come in between.
    if (child.pid === undefined || !(await isDead(child.pid))) return
    looks += 1
    if (looks === 2) await free()
  }, everyMs).unref()
  void child.exited.then(() => clearInterval(timer))
}

/** State Z of proc(5): it has ended, and threads of it may not have. */
async function isDead(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return /\) Z /.test(stat)
}
