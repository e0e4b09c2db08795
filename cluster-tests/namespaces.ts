/** Where cluster tests run: fresh network, mount and PID namespaces that end, whatever is in them, with one process. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { missingPrograms } from './programs/programs.ts'

const unshare = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private']
const tools = { fusermount3: 'fuse3', ip: 'iproute2', nsenter: 'util-linux', unshare: 'util-linux' }

/** Why clusters cannot run here and what to do about it, or nothing. */
export function whyNoClusters(): string | undefined {
  if (process.platform !== 'linux') return 'they need Linux: run them in a virtual machine or a privileged container'
  if (process.getuid!() !== 0) return 'they need root, for namespaces and mounts: run `sudo -E npm test`'
  for (const device of ['/dev/fuse', '/dev/net/tun']) {
    if (!existsSync(device)) return `there is no ${device}: in a container, start it with \`--privileged\``
  }
  const packages = Object.entries(tools).flatMap(([tool, name]) => (isInstalled(tool) ? [] : [name]))
  if (missingPrograms().length > 0 && !isInstalled('go')) packages.push('golang')
  if (packages.length > 0) return `run \`apt-get install -y ${[...new Set(packages)].join(' ')}\``
  if (spawnSync('unshare', [...unshare, 'true'], { stdio: 'ignore', timeout: 10_000 }).status !== 0) {
    return 'namespaces cannot be made here: in a container, start it with `--privileged`'
  }
  return undefined
}

export interface InsideOptions {
  env?: NodeJS.ProcessEnv
  /** Default `ignore`: tests read nothing. */
  stdin?: 'ignore' | 'inherit'
}

/** Runs a program there and resolves to its exit code. What is inside ends with the program, and with this process. */
export async function runInNamespaces(program: string, args: string[], options: InsideOptions = {}): Promise<number> {
  const { env = {}, stdin = 'ignore' } = options
  const folder = mkdtempSync(join(tmpdir(), 'atoll-cluster-'))
  const inside = join(import.meta.dirname, 'inside.sh')
  const child = spawn('unshare', [...unshare, '--', 'bash', inside, folder, program, ...args], {
    env: { ...process.env, ...env },
    stdio: [stdin, 'inherit', 'inherit'],
  })
  const stopListening = endWithThisProcess(child)
  const code = await new Promise<number>((resolve) => {
    child.once('error', () => resolve(127))
    child.once('exit', (exitCode) => resolve(exitCode ?? 130))
  })
  stopListening()
  // Empty, unless the run was on a disk: what was mounted on it is gone with the namespaces.
  rmSync(folder, { recursive: true, force: true })
  return code
}

function endWithThisProcess(child: ChildProcess): () => void {
  // SIGKILL, because `unshare` passes nothing else on to what runs inside.
  const kill = () => void child.kill('SIGKILL')
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  process.on('exit', kill)
  for (const signal of signals) process.on(signal, kill)
  return () => {
    process.off('exit', kill)
    for (const signal of signals) process.off(signal, kill)
  }
}

function isInstalled(tool: string): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.some((folder) => isExecutable(join(folder, tool)))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
