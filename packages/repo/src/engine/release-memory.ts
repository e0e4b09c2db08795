import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Gives the system back what this thread needed for a while and does not any more. V8 keeps it for the next time, and
 * of all collections only this one, which it makes itself when a program is about to run out, does not. The thread
 * stands still for some 50 ms.
 */
export function releaseMemory(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as NodeJS.GCFunction
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
