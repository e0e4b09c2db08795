import type { TestContext } from 'vitest'
import type { Child, ChildCommand } from '../child.ts'
import { startChild } from '../child.ts'
import type { Log } from '../log.ts'

/** A program written in the test: what follows `node -e`. */
export function nodeProgram(source: string): ChildCommand {
  return { name: 'program', command: process.execPath, args: ['-e', source], env: { PATH: process.env.PATH } }
}

export function shellProgram(source: string): ChildCommand {
  return { name: 'program', command: 'sh', args: ['-c', source], env: { PATH: process.env.PATH } }
}

/** Starts a program that the test's end ends, and keeps what it prints. */
export function launch(t: TestContext, command: ChildCommand): Child & { lines: string[] } {
  const lines: string[] = []
  const child = startChild(command, (line) => lines.push(line))
  t.onTestFinished(async () => void (await child.stop({ graceMs: 0 })))
  return Object.assign(Object.create(child) as Child, { lines })
}

export interface LogLine {
  level: 'info' | 'warn' | 'error'
  message: string
  details: Record<string, unknown>
}

export function keptLog(): Log & { lines: LogLine[] } {
  const lines: LogLine[] = []
  const write = (level: LogLine['level']) => (details: object, message: string) =>
    void lines.push({ level, message, details: { ...details } })
  return { lines, info: write('info'), warn: write('warn'), error: write('error') }
}

/** Nobody answers to this process id, or only a zombie that its parent has not asked for yet. */
export async function isGone(pid: number): Promise<boolean> {
  const { readFile } = await import('node:fs/promises')
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return status === undefined || /\) Z /.test(status)
}
