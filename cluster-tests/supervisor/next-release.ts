import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '../..')
const sources = ['apps', 'packages', 'build.ts', 'package.json', 'tsconfig.json']
const notSources = new Set(['node_modules', 'dist', '.git'])

/** What the next release has more: a table, and a version of an operation that writes to it. */
const addition = `
import { sql } from 'kysely'
import { toggleReaction } from '../reactions/toggle-reaction.ts'

export const migrations = {
  '900-next': {
    async up(db) {
      await sql\`create table next_reactions (post text not null, count integer not null)\`.execute(db)
    },
  },
}

export const operations = [
  { ...toggleReaction, version: 1 },
  {
    ...toggleReaction,
    async run(tx, input) {
      await sql\`insert into next_reactions values (\${input.post}, 1)\`.execute(tx)
      return toggleReaction.run(tx, input)
    },
  },
]
`

/**
 * Builds the release after this one in a folder of its own: this tree with a migration and a new version of the operation
 * behind the reactions, as a developer would widen them. The folder holds what `atoll` is started from, by anybody.
 */
export async function buildNextRelease(folder: string): Promise<void> {
  for (const source of sources) {
    const isWanted = (path: string) => !notSources.has(basename(path)) && !path.includes('.test.')
    await cp(join(root, source), join(folder, source), { recursive: true, filter: isWanted })
  }
  linkModules(folder)
  writeFileSync(join(folder, 'apps/blog/src/schema/next-release.ts'), addition)
  edit(folder, 'apps/cli/src/version.ts', [/version = '(.*)'/, "version = '$1-next'"])
  edit(folder, 'apps/blog/src/reactions/toggle-reaction.ts', [/version: 1,/, 'version: 2,'])
  edit(
    folder,
    'apps/blog/src/schema/index.ts',
    [/^/, "import * as next from './next-release.ts'\n"],
    [/ {2}migrations,\n/, '  migrations: { ...migrations, ...next.migrations },\n'],
    [/ {2}toggleReaction,\n/, '  ...next.operations,\n'],
  )
  await promisify(execFile)(process.execPath, [join(folder, 'build.ts')], { timeout: 60_000 })
  // The site and the guard run as nobody.
  chmodSync(folder, 0o755)
}

/** The packages that are installed are the same; those of this repository are the folder's own. */
function linkModules(folder: string): void {
  const installed = join(root, 'node_modules')
  mkdirSync(join(folder, 'node_modules/@atoll'), { recursive: true })
  for (const name of readdirSync(installed)) {
    if (name !== '@atoll') symlinkSync(join(installed, name), join(folder, 'node_modules', name))
  }
  for (const parent of ['apps', 'packages']) {
    for (const name of readdirSync(join(folder, parent))) {
      symlinkSync(join(folder, parent, name), join(folder, 'node_modules/@atoll', name))
      // npm puts a package there when two of this repository want different versions of it.
      const own = join(parent, name, 'node_modules')
      if (existsSync(join(root, own))) symlinkSync(join(root, own), join(folder, own))
    }
  }
}

function edit(folder: string, file: string, ...changes: [pattern: RegExp, replacement: string][]): void {
  const path = join(folder, file)
  const edited = changes.reduce(
    (text, [pattern, replacement]) => {
      if (!pattern.test(text)) throw new Error(`${file} has no ${pattern}: the next release cannot be made of it`)
      return text.replace(pattern, replacement)
    },
    readFileSync(path, 'utf8'),
  )
  writeFileSync(path, edited)
}
