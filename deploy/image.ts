/**
 * The image as a folder, built once for each state of what it is made from: the one that the cluster tests boot.
 * Usage: node deploy/image.ts
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { contextFiles, repository } from './context.ts'

const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'atoll', 'roots')

/** Somebody else's tests may run in an older one. */
const keptMs = 6 * 60 * 60 * 1000

export interface Image {
  root: string
  env: Record<string, string>
  /** What a container of it runs. */
  command: string[]
}

/** Why it cannot be built here, or nothing. */
export function whyNoImage(): string | undefined {
  const missing = ['debootstrap', 'apt-get', 'go'].find((tool) => spawnSync('which', [tool]).status !== 0)
  return missing && `the image needs ${missing}: on Debian, \`apt-get install debootstrap golang\``
}

/** The image of what is here now; undefined where it was not built. */
export function findImage(): Image | undefined {
  const root = imagePath()
  // Written last.
  if (!existsSync(`${root}.json`)) return undefined
  utimesSync(root, new Date(), new Date())
  const { env, entrypoint, command } = JSON.parse(readFileSync(`${root}.json`, 'utf8'))
  return { root, env, command: [...entrypoint, ...command] }
}

/** Builds it unless it is there, and says how large it is. */
export function buildImage(): Image {
  const found = findImage()
  if (found) return found
  mkdirSync(folder, { recursive: true })
  removeOld()
  const root = imagePath()
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, 'build-root.ts'), root], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (status !== 0) throw new Error('the image could not be built')
  return findImage()!
}

function imagePath(): string {
  const hash = createHash('sha256').update(process.arch)
  for (const file of [...contextFiles(), '.dockerignore']) {
    hash.update(`${file}\0`).update(readFileSync(join(repository, file)))
  }
  return join(folder, `image-${hash.digest('hex').slice(0, 16)}`)
}

function removeOld() {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (!/^image-[0-9a-f]{16}$/.test(name) || Date.now() - statSync(path).mtimeMs < keptMs) continue
    rmSync(`${path}.json`, { force: true })
    rmSync(path, { recursive: true })
  }
}

if (import.meta.main) console.log(buildImage().root)
