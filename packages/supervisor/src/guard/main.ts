/**
 * The guard as a process of its own: `node main.ts '<GuardOptions as JSON>'`. It logs lines of JSON, and ends at
 * SIGTERM, or when whoever started it is gone: then its standard input, or its channel, closes.
 */
import { type GuardOptions, startGuard } from './guard.ts'
import type { GuardLog } from './log.ts'

const guard = await startGuard({ ...(JSON.parse(process.argv[2]!) as Omit<GuardOptions, 'log'>), log: logLines() })
process.send?.('ready')
let _ending: Promise<void> | undefined
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end)
process.on('disconnect', end)
process.stdin.on('error', end).on('end', end).resume()

function end() {
  _ending ??= guard.close().then(() => process.exit(0))
}

function logLines(): GuardLog {
  const write = (level: string) => (details: object, message: string) =>
    console.log(JSON.stringify({ time: new Date().toISOString(), level, message, ...readable(details) }))
  return { info: write('info'), warn: write('warn'), error: write('error') }
}

function readable(details: object) {
  return Object.fromEntries(
    Object.entries(details).map(([key, value]) => [key, value instanceof Error ? value.message : value]),
  )
}
