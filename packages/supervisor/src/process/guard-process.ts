/**
 * The guard as a process of its own, which the supervisor starts: it outlives LiteFS, a crash of the app does not touch
 * it, and nothing the app does can delay its heartbeat. It has no rights that the app has not.
 */
import { startGuard } from '../guard/guard.ts'
import type { GuardOptions } from '../guard/guard-options.ts'
import { type GuardDuties, serveSupervisor } from './serve-supervisor.ts'

serveSupervisor(async (options): Promise<GuardDuties> => {
  const guard = await startGuard({ ...(options as Omit<GuardOptions, 'log'>), log: jsonLog() })
  return {
    'litefs ended': () => guard.litefsExited(),
    'app ended': () => guard.appExited(),
    'step down': () => guard.leave(),
    close: () => guard.close(),
  }
})

function jsonLog(): GuardOptions['log'] {
  const write = (level: number) => (details: object, msg: string) => {
    const line = { level, time: new Date().toISOString(), msg, ...withMessages(details) }
    process.stderr.write(`${JSON.stringify(line)}\n`)
  }
  return { info: write(30), warn: write(40), error: write(50) }
}

/** JSON has nothing of an error. */
function withMessages(details: object) {
  const entries = Object.entries(details)
  return Object.fromEntries(entries.map(([key, value]) => [key, value instanceof Error ? value.message : value]))
}
