import { lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs'
import { sep } from 'node:path'
import { kindOf, type SourceKind } from './source-kind.ts'

export interface ScannedFile {
  /** Relative to the content folder, with `/`. */
  path: string
  kind: SourceKind
  size: number
  /** Milliseconds since 1970, with fractions. */
  modifiedAt: number
  signature: string
}

/** A file changed this shortly before it was looked at could change again without its times telling. */
const settledMs = 100

/**
 * Lists the files of a content folder that are the site's, in no order. Dot files and editors' backups are left out;
 * a symbolic link counts as what it points to, if that is inside the folder. For 10,000 files most of the time is the
 * system's; what else is done for each of them counts.
 */
export function scanFolder(folder: string): ScannedFile[] {
  const root = realpathSync(folder)
  const files: ScannedFile[] = []
  const now = Date.now()
  walk(root, '')
  return files

  function walk(directory: string, prefix: string) {
    for (const name of namesIn(directory)) {
      if (isPassedOver(name)) continue
      const target = `${directory}${sep}${name}`
      // The file may be gone since its folder was listed.
      const stats = lstatSync(target, { throwIfNoEntry: false })
      if (stats?.isFile()) add(prefix + name, stats)
      else if (stats?.isDirectory()) walk(target, `${prefix}${name}/`)
      else if (stats?.isSymbolicLink()) follow(prefix + name, target, directory)
    }
  }

  function follow(path: string, link: string, directory: string) {
    const target = resolveInside(root, link)
    if (!target) return
    const stats = statSync(target)
    if (stats.isFile()) add(path, stats)
    // A link to a folder it is in would go round for ever.
    else if (stats.isDirectory() && !`${directory}${sep}`.startsWith(target + sep)) walk(target, `${path}/`)
  }

  function add(path: string, stats: Stats) {
    const file = describeFile(path, stats, now)
    if (file) files.push(file)
  }
}

/**
 * The same for files that are named, as far as they are there. Nothing if one is not a plain file: then what else
 * there is has to be looked at too.
 */
export function scanFiles(folder: string, paths: readonly string[]): ScannedFile[] | undefined {
  const root = realpathSync(folder)
  const files: ScannedFile[] = []
  const now = Date.now()
  for (const path of paths) {
    if (path.split('/').some(isPassedOver)) continue
    const stats = lstatSync(`${root}${sep}${path}`, { throwIfNoEntry: false })
    if (stats && !stats.isFile()) return undefined
    const file = stats && describeFile(path, stats, now)
    if (file) files.push(file)
  }
  return files
}

/** Whether the file can be taken for the one that had this signature, without reading it. */
export function isSame(file: ScannedFile, signature: string): boolean {
  return file.signature === signature && !signature.endsWith('?')
}

/** The modification time within a signature, in milliseconds. */
export function modifiedAtOf(signature: string): number {
  return Number(signature.split(' ')[1])
}

/** Dot files, and editors' backups. */
function isPassedOver(name: string): boolean {
  return name.startsWith('.') || name.endsWith('~')
}

function describeFile(path: string, { size, mtimeMs, ctimeMs, ino }: Stats, now: number): ScannedFile | undefined {
  const kind = kindOf(path)
  if (!kind) return undefined
  const signature = `${size} ${mtimeMs} ${ctimeMs} ${ino}`
  const isSettled = now - Math.max(mtimeMs, ctimeMs) > settledMs
  return { path, kind, size, modifiedAt: mtimeMs, signature: isSettled ? signature : `${signature}?` }
}

/** A folder that is gone since its parent was listed is empty; one that cannot be read must not look so. */
function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Where a link leads, if that exists and is inside the folder: content must not publish the rest of the machine. */
function resolveInside(root: string, link: string): string | undefined {
  try {
    const target = realpathSync(link)
    return target.startsWith(root + sep) ? target : undefined
  } catch {
    return undefined
  }
}
