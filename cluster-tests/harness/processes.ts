import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { eventually } from './eventually.ts'

export interface NodeProcess {
  readonly name: string
  readonly pid: number
  /** The file with everything it printed. */
  readonly logFile: string
  /** Resolves when the process has ended, with its code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
  isRunning(): boolean
  log(): string
  send(signal: NodeJS.Signals): void
  /** Asks it to end, and kills it when it has not within `timeoutMs` (5 seconds). */
  stop(options?: { timeoutMs?: number }): Promise<number | NodeJS.Signals>
  kill(): Promise<void>
}

export interface StartOptions {
  name: string
  /** A network namespace to run in, as a path. */
  namespace: string
  logFile: string
  cwd: string
  env: NodeJS.ProcessEnv
}

/**
 * Starts a program in a network namespace. It inherits neither output nor input of ours: its output goes to a file,
 * its input is a pipe that closes when this process ends.
 */
export function startProcess(program: string, args: string[], options: StartOptions): NodeProcess {
  const { name, namespace, logFile, cwd, env } = options
  const log = openSync(logFile, 'a')
  // Not `ip netns exec`: it makes a mount namespace of its own, in which a FUSE mount is invisible to everyone else.
  const child = spawn('nsenter', [`--net=${namespace}`, '--', program, ...args], {
    cwd,
    env,
    stdio: ['pipe', log, log],
  })
  closeSync(log)
  child.stdin!.on('error', () => {})
  const ended = endOf(child)
  const isRunning = () => child.exitCode === null && child.signalCode === null && child.pid !== undefined

  async function kill() {
    if (isRunning()) child.kill('SIGKILL')
    await ended
  }

  return {
    name,
    pid: child.pid ?? 0,
    logFile,
    ended,
    isRunning,
    log: () => readFileSync(logFile, 'utf8'),
    send: (signal) => void child.kill(signal),
    async stop({ timeoutMs = 5_000 } = {}) {
      if (isRunning()) child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
      return ended.finally(() => clearTimeout(timer))
    },
    kill,
  }
}

function endOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 0))
    child.once('error', () => resolve(127))
  })
}

/** Every process inside a network namespace, also those whose parent is gone. Zombies have no namespace any more. */
export function processesIn(namespaceInode: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => namespaceOf(pid) === namespaceInode)
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`)
  } catch {
    return undefined
  }
}

/**
 * Stops every process of a namespace between two of its instructions. Signals, not the freezer cgroup: a process
 * frozen by a version 1 freezer cannot even be killed, and then holds up the end of its whole PID namespace.
 */
export async function freezeAll(namespaceInode: string): Promise<void> {
  await eventually('every process of the node stands still', () => {
    const states = new Map(processesIn(namespaceInode).map((pid) => [pid, stateOf(pid)]))
    const unstopped = [...states.keys()].filter((pid) => states.get(pid) !== 'stopped')
    signalAll(unstopped, 'SIGSTOP')
    return unstopped.every((pid) => states.get(pid) === 'in-kernel')
  })
}

export function thawAll(namespaceInode: string): void {
  signalAll(processesIn(namespaceInode), 'SIGCONT')
}

export async function killAll(namespaceInode: string): Promise<void> {
  await eventually('every process of the node is gone', () => {
    const living = processesIn(namespaceInode)
    signalAll(living, 'SIGKILL')
    return living.length === 0
  })
}

function signalAll(pids: number[], signal: NodeJS.Signals) {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      // It ended by itself in between.
    }
  }
}

/**
 * `in-kernel` for one that waits in a system call that no signal interrupts, like an application whose LiteFS stopped
 * before it answered: its signal waits too, and it stops before it has another instruction of its own.
 */
function stateOf(pid: number): 'stopped' | 'in-kernel' | 'moving' {
  try {
    const [, letter] = /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    if (letter === 'T') return 'stopped'
    return letter === 'D' ? 'in-kernel' : 'moving'
  } catch {
    // It ended.
    return 'stopped'
  }
}
