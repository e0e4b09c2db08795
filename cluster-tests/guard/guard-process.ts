/** A guard without a supervisor: its options are its argument, and it ends when its standard input does. */
import { type GuardOptions, startGuard } from '../../packages/supervisor/src/guard/index.ts'
import { logLines } from './log-lines.ts'

const guard = await startGuard({ ...(JSON.parse(process.argv[2]!) as Omit<GuardOptions, 'log'>), log: logLines() })
const end = () => void guard.close().then(() => process.exit(0))
process.once('SIGTERM', end)
process.stdin.once('end', end).resume()
