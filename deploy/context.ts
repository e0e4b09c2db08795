import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, matchesGlob } from 'node:path'

export const repository = join(import.meta.dirname, '..')

/** What `COPY . .` sees: the files that git knows or would take, as .dockerignore leaves them. */
export function contextFiles(): string[] {
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repository,
    maxBuffer: 1 << 26,
  })
  const rules = readRules(readFileSync(join(repository, '.dockerignore'), 'utf8'))
  const isHere = (file: string) => !isIgnored(file, rules) && existsSync(join(repository, file))
  return files.toString().split('\0').filter(Boolean).filter(isHere).toSorted()
}

interface Rule {
  pattern: string
  /** Written with a `!`: what it matches is taken after all. */
  takes: boolean
}

export function readRules(text: string): Rule[] {
  const lines = text.split('\n').filter((line) => line && !line.startsWith('#'))
  return lines.map((line) => ({ pattern: line.replace(/^!/, ''), takes: line.startsWith('!') }))
}

/** The last rule that matches a file, or a folder that it is in, decides. */
export function isIgnored(file: string, rules: readonly Rule[]): boolean {
  const last = rules.findLast(({ pattern }) => matchesGlob(file, pattern) || file.startsWith(`${pattern}/`))
  return last !== undefined && !last.takes
}
