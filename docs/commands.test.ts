import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadCommands } from '../apps/cli/src/commands/index.ts'
import { settingsTable } from '../apps/cli/src/settings.ts'

const root = join(import.meta.dirname, '..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
// What changed is told with the names of its time.
const pages = globSync(['*.md', 'docs/*.md', 'docs/decisions/*.md', 'deploy/**/*.md'], { cwd: root }).filter(
  (file) => file !== 'CHANGELOG.md',
)

/** What stands as code on a page: a line of a block each, and what is between backticks. */
function codeOf(page: string): string[] {
  const blocks: string[] = []
  const prose = read(page).replaceAll(/```.*?\n(.*?)```/gs, (_, block: string) => {
    blocks.push(...block.replaceAll(/\\\n/g, ' ').split('\n'))
    return ''
  })
  return [...blocks, ...[...prose.matchAll(/`([^`]+)`/g)].map(([, code]) => code!)]
}

const named = (pattern: RegExp) =>
  pages.flatMap((page) => codeOf(page).flatMap((code) => [...code.matchAll(pattern)].map((found) => ({ page, found }))))

describe('the documentation names only', async () => {
  const commands = await loadCommands(undefined)
  const flagsOf = new Map(
    commands.map(({ usage, options = [], settings }) => [
      usage.split(' ')[0]!,
      [...options.map(([flags]) => flags), ...settings.map((name) => settingsTable[name].flag), '--help'],
    ]),
  )

  it('commands and flags that exist', () => {
    // A command ends where the shell begins another one, or a comment.
    const calls = named(/(?:^|[\s(])atoll ([a-z]+)((?:(?!atoll )[^#|&;)])*)/g)
    expect(calls.length).toBeGreaterThan(100)
    const wrong = calls.flatMap(({ page, found: [, command, rest] }) => {
      const flags = flagsOf.get(command!)
      if (!flags) return [`${page}: atoll ${command}`]
      const given = [...rest!.matchAll(/(?<=\s|\[)--[a-z-]+/g)].map(([flag]) => flag)
      const unknown = given.filter((flag) => !flags.some((known) => known.split(/[ ,]+/).includes(flag)))
      return unknown.map((flag) => `${page}: atoll ${command} ${flag}`)
    })
    expect(wrong).toEqual([])
  })

  it('settings that exist', () => {
    const known = new Set<string>(
      Object.values(settingsTable).flatMap((setting) => [setting.env, 'alsoEnv' in setting ? setting.alsoEnv : '']),
    )
    // Read by single commands, the Caddyfile, the compose file and the tests.
    for (const name of ['ATOLL_TOKEN', 'ATOLL_SITES', 'ATOLL_UPSTREAM', 'ATOLL_DOMAIN']) known.add(name)
    for (const name of ['ATOLL_TEST_EVERYTHING', 'ATOLL_CLUSTER_ON_DISK']) known.add(name)
    const names = named(/\bATOLL_[A-Z_]+\b/g)
    expect(names.length).toBeGreaterThan(100)
    expect(
      names.filter(({ found: [name] }) => !known.has(name)).map(({ page, found: [name] }) => `${page}: ${name}`),
    ).toEqual([])
  })

  it('scripts of npm that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const names = named(/\bnpm run ([\w:-]+)/g)
    expect(
      names.filter(({ found: [, name] }) => !(name! in scripts)).map(({ page, found: [text] }) => `${page}: ${text}`),
    ).toEqual([])
  })
})
