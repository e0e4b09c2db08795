import type { GuardLog } from '../../packages/supervisor/src/guard/index.ts'

/** A log of JSON lines on standard output, with pino's names and levels. */
export function logLines(): GuardLog {
  return { info: write(30), warn: write(40), error: write(50) }
}

function write(level: number) {
  return (details: object, msg: string) =>
    console.log(JSON.stringify({ level, time: Date.now(), ...readable(details), msg }))
}

function readable(details: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(details).map(([key, value]) => [key, value instanceof Error ? value.message : value]),
  )
}
