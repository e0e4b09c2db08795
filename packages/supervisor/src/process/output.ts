import type { Readable } from 'node:stream'

const maxLineLength = 64 * 1024

/** Calls back for each line, so that what two children print at once never mixes. A line without end is cut. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    if (rest.length > maxLineLength) lines.push(rest.slice(0, maxLineLength))
    if (rest.length > maxLineLength) rest = ''
    for (const line of lines) if (line.trim() !== '') onLine(line)
  })
  stream.on('end', () => rest.trim() !== '' && onLine(rest))
  stream.on('error', () => {})
}

/** pino's numbers for the words of Go's slog, in which LiteFS logs. */
const levels: Record<string, number> = { DEBUG: 20, INFO: 30, WARN: 40, ERROR: 50 }

interface NameLine {
  child: string
  /** The level of a line that names none; default 30, pino's "info". */
  level?: number
  now?: () => Date
}

/** One JSON line that says which child wrote it. A line that is JSON already keeps its fields and their order. */
export function nameLine(line: string, { child, level: plainLevel = 30, now = () => new Date() }: NameLine): string {
  const fields = parseObject(line) ?? { msg: line.trimEnd() }
  const { level = plainLevel, time = now().toISOString(), ...rest } = fields
  return JSON.stringify({ level: typeof level === 'string' ? (levels[level] ?? 30) : level, time, child, ...rest })
}

function parseObject(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return undefined
  }
}
