import { type ChildProcess, spawn } from 'node:child_process'
import { readLines } from './output.ts'
import { endGroup, signalGroup } from './process-group.ts'
import type { User } from './user.ts'

/** A program the supervisor runs. */
export interface ChildCommand {
  name: string
  command: string
  args: readonly string[]
  env?: NodeJS.ProcessEnv
  /** Who it runs as; default: whoever runs the supervisor. */
  user?: User | undefined
  /** Opens Node's message channel, whose end tells the child that the supervisor is gone. */
  hasChannel?: boolean
}

export type Exit =
  | { kind: 'code'; code: number }
  | { kind: 'signal'; signal: NodeJS.Signals }
  | { kind: 'not started'; error: NodeJS.ErrnoException }

export interface Child {
  readonly pid: number | undefined
  readonly exited: Promise<Exit>
  readonly exit: Exit | undefined
  /** The last lines it printed, oldest first. */
  readonly lastLines: readonly string[]
  /** SIGTERM, then SIGKILL to its whole process group when that took longer than `graceMs`. */
  stop(options: { graceMs: number }): Promise<Exit>
  signal(signal: NodeJS.Signals): void
  /** False when the channel is closed. */
  send(message: object): boolean
  onMessage(listener: (message: unknown) => void): void
}

export type Output = 'stdout' | 'stderr'

const keptLines = 20

/**
 * Starts a program in a process group of its own: a terminal's Ctrl-C reaches the supervisor alone, which stops
 * things in their order, and whatever the program leaves behind is ended with its group.
 */
export function startChild(command: ChildCommand, onLine: (line: string, output: Output) => void): Child {
  const process = spawnChild(command)
  const { pid } = process
  const lastLines: string[] = []
  let exit: Exit | undefined
  const exited = new Promise<Exit>((resolve) => {
    process.once('error', (error) => pid === undefined && resolve({ kind: 'not started', error }))
    process.once('exit', (code, signal) =>
      resolve(signal ? { kind: 'signal', signal } : { kind: 'code', code: code ?? 0 }),
    )
  }).then(async (outcome) => {
    // Whoever hears of the exit takes it that nothing of the program does anything any more, writes least of all.
    if (pid !== undefined) await endGroup(pid)
    exit = outcome
    return outcome
  })
  process.stdin!.on('error', () => {})
  readLines(process.stdout!, (line) => keepLine(line, 'stdout'))
  readLines(process.stderr!, (line) => keepLine(line, 'stderr'))

  return {
    pid,
    exited,
    lastLines,
    get exit() {
      return exit
    },
    async stop({ graceMs }) {
      if (exit) return exit
      process.kill('SIGTERM')
      const timer = setTimeout(() => signalGroup(pid!, 'SIGKILL'), graceMs)
      return exited.finally(() => clearTimeout(timer))
    },
    signal: (signal) => void process.kill(signal),
    send(message) {
      if (!process.connected) return false
      // A child that has just ended: its exit says the same.
      process.send(message, () => {})
      return true
    },
    onMessage: (listener) => void process.on('message', listener),
  }

  function keepLine(line: string, output: Output): void {
    lastLines.push(line)
    if (lastLines.length > keptLines) lastLines.shift()
    onLine(line, output)
  }
}

export function describeExit(exit: Exit): string {
  switch (exit.kind) {
    case 'code':
      return `ended with exit code ${exit.code}`
    case 'signal':
      return `was ended by ${exit.signal}`
    case 'not started':
      return `cannot be started: ${exit.error.message}`
  }
}

function spawnChild({ command, args, env, user, hasChannel }: ChildCommand): ChildProcess {
  return spawn(command, args, {
    env: env ?? process.env,
    // Nothing is ever written to its input: that it closes tells a program that the supervisor is gone.
    stdio: hasChannel ? ['pipe', 'pipe', 'pipe', 'ipc'] : ['pipe', 'pipe', 'pipe'],
    detached: true,
    ...(user && { uid: user.uid, gid: user.gid }),
  })
}
