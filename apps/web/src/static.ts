import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

let manifest: Record<string, string> | undefined

/** Where the build puts the browser's files, seen from the bundle, from one of its chunks, or from this source. */
export const builtStaticFolder: string =
  ['static', '../static', '../../../dist/static']
    .map((path) => join(import.meta.dirname, path))
    .find((folder) => existsSync(join(folder, 'manifest.json'))) ?? join(import.meta.dirname, '../../../dist/static')

/**
 * The address of a file of the build: `app.css` → `/static/app-3fQ….css`. Without a build it is the plain name, so
 * that pages can be tested from source.
 */
export function staticUrl(name: string): string {
  return `/static/${fileOf(name)}`
}

/** The text of a file of the build, to put it into a page; empty without a build. */
export function staticText(name: string): string {
  const file = join(builtStaticFolder, fileOf(name))
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd() : ''
}

function fileOf(name: string): string {
  manifest ??= readManifest()
  return manifest[name] ?? name
}

function readManifest(): Record<string, string> {
  const file = join(builtStaticFolder, 'manifest.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}
