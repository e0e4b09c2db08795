/**
 * Copies what a built Atoll needs to run into a folder: `dist/`, the command, and the few packages that are not part
 * of `dist/`, without their sources. Usage: node deploy/runtime-files.ts FOLDER
 */
import { cpSync, existsSync, globSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'

const root = join(import.meta.dirname, '..')
const [target] = process.argv.slice(2)
if (!target) throw new Error('usage: node deploy/runtime-files.ts FOLDER')

/** Headers, C sources and maps: half of what is installed, and nothing of it is read. */
const unused = [/better-sqlite3\/(deps|src)(\/|$)/, /\.(map|md|gyp|h|cc|cpp|ts|mts|cts)$/]

copy('package.json')
copy('apps/cli/bin')
copy('apps/cli/package.json')
copy('dist')
for (const folder of packageFolders(importedPackages())) copy(folder)

function copy(path: string): void {
  const from = join(root, path)
  mkdirSync(dirname(join(target!, path)), { recursive: true })
  cpSync(from, join(target!, path), {
    recursive: true,
    filter: (file) => !unused.some((pattern) => pattern.test(file)) && isForThisMachine(file),
  })
}

/** The packages whose names are left in what was built; one too many does no harm. */
function importedPackages(): string[] {
  const found = new Set<string>()
  for (const file of globSync('dist/**/*.js', { cwd: root })) {
    const code = readFileSync(join(root, file), 'utf8')
    for (const [, name] of code.matchAll(/(?:from|import|\()\s*["'`]((?:@[\w.-]+\/)?[\w.-]+)(?=["'`/])/g)) {
      if (existsSync(join(root, 'node_modules', name!, 'package.json'))) found.add(name!)
    }
  }
  return [...found]
}

/** With all they depend on, wherever npm put it. */
function packageFolders(names: string[]): string[] {
  const folders = new Set<string>()
  const visit = (name: string, from: string) => {
    const folder = findPackage(name, from)
    if (!folder || folders.has(folder)) return
    folders.add(folder)
    const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
    for (const dependency of Object.keys({ ...dependencies, ...optionalDependencies })) {
      visit(dependency, join(root, folder, 'package.json'))
    }
  }
  for (const name of names) visit(name, join(root, 'package.json'))
  return [...folders]
}

/** Nothing for an optional one that is for another system. */
function findPackage(name: string, from: string): string | undefined {
  for (const folder of createRequire(from).resolve.paths(name) ?? []) {
    if (existsSync(join(folder, name, 'package.json'))) return relative(root, join(folder, name))
  }
  return undefined
}

/** better-sqlite3 ships a binary for each system, in folders named `linux-x64` and so on. */
function isForThisMachine(file: string): boolean {
  const [, system] = /better-sqlite3\/prebuilds\/([^/]+)/.exec(file) ?? []
  return system === undefined || system.startsWith(`${process.platform}-${process.arch}`)
}
