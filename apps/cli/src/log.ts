import { type Logger, pino } from 'pino'
import { keepLogTail } from './console/log-tail.ts'
import type { Settings } from './settings.ts'

/** What was printed last; `atoll logs` shows it. */
export const logTail = keepLogTail()

/**
 * JSON lines for machines; plain sentences for a person at a terminal. Both go to standard error. `fields` goes with
 * every line.
 */
export function openLog({ logLevel }: Pick<Settings, 'logLevel'>, fields: () => object = () => ({})): Logger {
  const timestamp = pino.stdTimeFunctions.isoTime
  const output = isPerson() ? writeSentences : pino.destination({ dest: 2, sync: true })
  const write = (line: string) => {
    logTail.push(line)
    output.write(line)
  }
  return pino({ level: logLevel, base: null, timestamp, mixin: fields }, { write })
}

const writeSentences = { write: (line: string) => process.stderr.write(toSentence(line)) }

/** A line of JSON that another process of ours logged, without its line end. */
export function writeLogLine(line: string): void {
  logTail.push(`${line}\n`)
  process.stderr.write(isPerson() ? toSentence(line) : `${line}\n`)
}

function isPerson(): boolean {
  return process.stderr.isTTY
}

/** A line of the log for a person. */
export function toSentence(line: string): string {
  const { level, msg, time: _time, err, ...rest } = JSON.parse(line) as Record<string, unknown>
  const mark = Number(level) >= 50 ? '\x1b[31m✗\x1b[0m ' : Number(level) >= 40 ? '\x1b[33m!\x1b[0m ' : ''
  const details = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const stack = err ? `\n${(err as { stack?: string }).stack ?? ''}` : ''
  return `${mark}${msg}${details.length > 0 ? `  \x1b[2m${details.join(' ')}\x1b[0m` : ''}${stack}\n`
}
