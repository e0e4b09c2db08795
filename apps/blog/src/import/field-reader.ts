import type { Problem } from '../markdown/index.ts'
import { type ImportProblemCode, problemOf } from './problems.ts'

/** Reads the keys of a file one by one, notes what is wrong with them, and goes on. */
export interface FieldReader {
  problems: Problem[]
  report(code: ImportProblemCode, key: string, message: string): void
  lineOf(key: string): number
  /** One line of text; numbers and yes/no count as what they look like. */
  text(key: string): string | undefined
  flag(key: string): boolean
  /** A list, or one item in its place. */
  list(key: string): string[]
  date(key: string): string | undefined
}

export interface Fields {
  values: Record<string, unknown>
  /** The line of a key, or of the first one. */
  lineOf(key: string): number
}

export function readFields({ values, lineOf }: Fields): FieldReader {
  const problems: Problem[] = []
  const report = (code: ImportProblemCode, key: string, message: string) => {
    problems.push(problemOf(code, lineOf(key), message))
  }

  return {
    problems,
    report,
    lineOf,
    text(key) {
      const value = values[key]
      if (value === undefined || value === null) return undefined
      const text = toText(value)
      if (text === undefined) report('bad_value', key, `${key}: expected text`)
      return text || undefined
    },
    flag(key) {
      const value = values[key]
      if (value === undefined || value === null) return false
      if (typeof value === 'boolean') return value
      const word = toText(value)?.toLowerCase()
      if (word === 'yes' || word === 'true') return true
      if (word !== 'no' && word !== 'false') report('bad_value', key, `${key}: expected true or false`)
      return false
    },
    list(key) {
      const value = values[key]
      if (value === undefined || value === null) return []
      const items = (Array.isArray(value) ? value : [value]).filter((item) => item !== null)
      const texts = items.map(toText)
      if (texts.includes(undefined)) report('bad_value', key, `${key}: expected a list of texts`)
      return texts.filter((text) => text !== undefined && text !== '') as string[]
    },
    date(key) {
      const value = values[key]
      if (value === undefined || value === null || value === '') return undefined
      const date = value instanceof Date ? toIsoSeconds(value) : parseDate(toText(value) ?? '')
      if (!date) report('bad_date', key, `${key}: not a date: ${JSON.stringify(value)}`)
      return date
    },
  }
}

/** As people write dates in front matter: to UTC with second precision; without a zone they are UTC. */
export function parseDate(text: string): string | undefined {
  const match =
    /^(\d{4})-(\d\d)-(\d\d)(?:(?:T|\s+)(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(?:Z|UTC|([+-])(\d\d):?(\d\d))?)?$/i.exec(
      text,
    )
  if (!match) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((digits) => Number(digits ?? 0))
  const offset = (match[7] === '-' ? -1 : 1) * (Number(match[8] ?? 0) * 60 + Number(match[9] ?? 0))
  const local = new Date(Date.UTC(year!, month! - 1, day!, hour!, minute!, second!))
  // A day or hour that does not exist has rolled over to the next.
  if (local.getUTCMonth() + 1 !== month || local.getUTCDate() !== day || local.getUTCHours() !== hour) return undefined
  return toIsoSeconds(new Date(local.getTime() - offset * 60_000))
}

export function toIsoSeconds(date: Date): string | undefined {
  return Number.isNaN(date.getTime()) ? undefined : `${date.toISOString().slice(0, 19)}Z`
}

function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim()
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  return value instanceof Date ? toIsoSeconds(value) : undefined
}
