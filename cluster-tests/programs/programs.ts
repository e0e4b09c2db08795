/**
 * The programs a cluster is made of, built once into the user's cache folder: LiteFS and Consul as published, from
 * modules that pin every dependency by its hash, and the tests' own network switch.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export type ProgramName = 'litefs' | 'consul' | 'switch'

/** What `go` is asked to install: a published program through its module's `tool` line, or the module's own. */
const installed: Record<ProgramName, string> = { litefs: 'tool', consul: 'tool', switch: '.' }

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'atoll', 'programs')

/** Where the program is, or will be once it is built: a place that changes with anything it is built from. */
export function programPath(name: ProgramName): string {
  return join(cache, `${name}-${fingerprint(name)}`, name)
}

export function missingPrograms(): ProgramName[] {
  return programNames().filter((name) => !existsSync(programPath(name)))
}

/** Builds what is missing, with nothing else in its way: about four minutes the first time, nothing afterwards. */
export async function buildPrograms(log: (line: string) => void = () => {}): Promise<void> {
  for (const name of missingPrograms()) {
    log(`building ${name}`)
    await build(name)
  }
}

async function build(name: ProgramName) {
  const path = programPath(name)
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'building-'))
  try {
    await promisify(execFile)('go', ['install', '-ldflags=-s -w', installed[name]], {
      cwd: join(import.meta.dirname, name),
      env: { ...process.env, CGO_ENABLED: '0', GOBIN: folder, GOFLAGS: '-buildvcs=false' },
      maxBuffer: 1 << 26,
    })
    moveUnlessThere(folder, join(path, '..'))
  } catch (cause) {
    throw new Error(`cannot build ${name}: ${(cause as { stderr?: string }).stderr?.trim().slice(-2000)}`, { cause })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Two builds at once do the same work, and the first one stays. */
function moveUnlessThere(from: string, to: string) {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!existsSync(to)) throw error
  }
}

function programNames(): ProgramName[] {
  return Object.keys(installed) as ProgramName[]
}

function fingerprint(name: ProgramName): string {
  const hash = createHash('sha256').update(process.arch)
  const folder = join(import.meta.dirname, name)
  for (const file of readdirSync(folder).sort()) hash.update(file).update(readFileSync(join(folder, file)))
  return hash.digest('hex').slice(0, 16)
}

if (import.meta.main) await buildPrograms(console.log)
