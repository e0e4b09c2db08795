import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

/** False when nobody is left in the group. */
export function signalGroup(group: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-group, signal)
  } catch {
    return false
  }
}

/** Kills a process group and resolves when nothing in it runs any more, or after a second. */
export async function endGroup(group: number): Promise<void> {
  for (let tries = 0; tries < 200 && signalGroup(group, 'SIGKILL'); tries++) {
    // A signal also reaches what is dead and waits for the first process to ask for it, which some never do.
    if (!(await hasLiving(group))) return
    await delay(5)
  }
}

async function hasLiving(group: number): Promise<boolean> {
  const processes = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))
  const stats = await Promise.all(processes.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')))
  return stats.some((stat) => {
    // proc(5): `pid (name) state parent group …`; a name may hold anything, parentheses too.
    const [state, , found] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(found) === group && state !== 'Z' && state !== 'X'
  })
}
