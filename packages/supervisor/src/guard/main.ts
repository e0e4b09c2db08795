/** The guard as a process of its own: a child of the supervisor, which sends it its options over their channel. */
import { serveSupervisor } from '../process/serve-supervisor.ts'
import { type GuardOptions, startGuard } from './guard.ts'
import { logLines } from './log-lines.ts'

serveSupervisor(async (options) => {
  const guard = await startGuard({ ...(options as Omit<GuardOptions, 'log'>), log: logLines() })
  return {
    'litefs ended': guard.litefsExited,
    'app ended': guard.appExited,
    'step down': guard.leave,
    close: guard.close,
  }
})
