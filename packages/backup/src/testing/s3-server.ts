import { execFile, execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const source = join(import.meta.dirname, 's3-server')
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'atoll', 'programs')

export interface S3Server {
  /** What programs for S3 read. */
  env: NodeJS.ProcessEnv
  bucket: string
  close(): Promise<void>
}

/** Why there can be no server here; nothing when there can. */
export function missingForS3(): string | undefined {
  if (existsSync(programPath())) return undefined
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'Go is missing: `apt-get install golang-go`, or see go.dev'
  }
}

/** The server of `rclone serve s3` in a process of its own, in memory, empty, with signatures checked. */
export async function startS3Server(): Promise<S3Server> {
  const child = spawn(await buildProgram(), [], { stdio: ['pipe', 'pipe', 'ignore'] })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (line: Buffer) => resolve(line.toString().trim()))
    child.once('error', reject)
    child.once('exit', () => reject(new Error('the S3 server ended')))
  })
  return {
    bucket: 'backups',
    env: {
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL_S3: `http://${address}`,
    },
    async close() {
      child.stdin.end()
      await ended
    },
  }
}

/** Built once, into a place that changes with what it is built from. */
async function buildProgram(): Promise<string> {
  const program = programPath()
  if (existsSync(program)) return program
  mkdirSync(cache, { recursive: true })
  const fresh = `${program}.${process.pid}`
  await promisify(execFile)('go', ['build', '-o', fresh, '.'], {
    cwd: source,
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' },
  })
  renameSync(fresh, program)
  return program
}

function programPath(): string {
  const hash = createHash('sha256').update(process.arch)
  for (const file of readdirSync(source).toSorted()) hash.update(file).update(readFileSync(join(source, file)))
  return join(cache, `s3-server-${hash.digest('hex').slice(0, 16)}`)
}
