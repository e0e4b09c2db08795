import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Which publication of a site a folder knows, so that the site can tell whether another one came in between. It stands
 * in the content folder, where imports do not look, and keeps itself out of git.
 */
const folderName = '.atoll'
const fileName = 'published.json'

export function readBase(folder: string, origin: string): number | undefined {
  return readAll(folder)[origin]
}

export function rememberBase(folder: string, origin: string, number: number): void {
  const home = join(folder, folderName)
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, '.gitignore'), '*\n')
  writeFileSync(join(home, fileName), `${JSON.stringify({ ...readAll(folder), [origin]: number }, null, 2)}\n`)
}

function readAll(folder: string): Record<string, number> {
  const file = join(folder, folderName, fileName)
  try {
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>) : {}
  } catch {
    return {}
  }
}
