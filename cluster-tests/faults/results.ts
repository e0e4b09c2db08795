import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Round } from './rounds.ts'
import type { Subject } from './subject.ts'

/** What is kept of all runs of one row. */
export interface RowResult {
  runs: number
  /** How long nobody could write, in milliseconds, at each step of each run. */
  gapsMs: number[]
  acknowledged: number
  lost: number
  duplicated: number
  stale: number
  /** Writes that were answered with a failure. */
  refused: number
  /** Pages that a node did not show. */
  unread: number
  /** Runs after which the cluster did not become well again by itself. */
  unrecovered: number
}

export interface Results {
  /** Of the last run. */
  date: string
  command: string
  rows: Record<string, RowResult>
}

export interface ResultsFile {
  readonly results: Results
  runsOf(row: string): number
  add(round: Round): void
  addUnrecovered(row: string, gapsMs: number[]): void
}

/** Results by row, in a file that later runs add to. */
export function openResults(folder: string, subject: Subject['name'], command: string): ResultsFile {
  const file = join(folder, `${subject}.json`)
  const results = readResults(file) ?? { date: '', command, rows: {} }
  const rowOf = (name: string) => (results.rows[name] ??= emptyRow())

  function save() {
    mkdirSync(folder, { recursive: true })
    Object.assign(results, { date: new Date().toISOString().slice(0, 10), command })
    // A row a line, to be read in a diff.
    const rows = Object.entries(results.rows).map(([name, row]) => `${JSON.stringify(name)}: ${JSON.stringify(row)}`)
    const { date } = results
    writeFileSync(
      file,
      `{"date": "${date}", "command": ${JSON.stringify(command)}, "rows": {\n${rows.join(',\n')}\n}}\n`,
    )
  }

  return {
    results,
    runsOf: (name) => results.rows[name]?.runs ?? 0,
    add({ name, gapsMs, verdict }) {
      const row = rowOf(name)
      row.runs += 1
      row.gapsMs.push(...gapsMs)
      row.acknowledged += verdict.acknowledged
      row.lost += new Set(verdict.lost.map(keyOf)).size
      row.duplicated += new Set(verdict.duplicated.map(keyOf)).size
      row.stale += verdict.stale.length
      row.refused += verdict.refused
      row.unread += verdict.unread
      save()
    },
    addUnrecovered(name, gapsMs) {
      const row = rowOf(name)
      row.runs += 1
      row.gapsMs.push(...gapsMs)
      row.unrecovered += 1
      save()
    },
  }
}

export function readResults(file: string): Results | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Results
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function emptyRow(): RowResult {
  const none = { lost: 0, duplicated: 0, stale: 0, refused: 0, unread: 0, unrecovered: 0 }
  return { runs: 0, gapsMs: [], acknowledged: 0, ...none }
}

function keyOf(entry: string): string {
  return entry.split(' ')[0]!
}
