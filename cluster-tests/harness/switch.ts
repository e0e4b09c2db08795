import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { programPath } from '../programs/programs.ts'

/** How frames go in one direction; what is not named is as on a perfect link. */
export interface LinkSettings {
  delayMs?: number
  /** Up to this much more delay, at random; order is kept. */
  jitterMs?: number
  /** Share of the frames that are lost, 0 to 1. */
  loss?: number
  bytesPerSecond?: number
  silent?: boolean
  /** Silent once this many further bytes have passed. */
  cutAfterBytes?: number
}

/** One end of a door: a unix socket, or a TCP address inside a network namespace. */
export type Endpoint = { socket: string } | { namespace: string; address: string }

export interface LinkCounts {
  frames: number
  bytes: number
  dropped: number
}

export interface Switch {
  /** Makes a tap device in this process's network namespace, to be moved to where it belongs. */
  plug(name: string, mac: string): Promise<void>
  link(from: string, to: string, settings: LinkSettings): Promise<void>
  /** What went over each link, by `from>to`. */
  counts(): Promise<Record<string, LinkCounts>>
  /** Passes connections made to `listen` on to `target`. */
  door(name: string, listen: Endpoint, target: Endpoint): Promise<void>
  /** Sends new connections of a door elsewhere, and ends those there are. */
  aim(name: string, target: Endpoint): Promise<void>
  shut(name: string): Promise<void>
  close(): Promise<void>
}

interface Answer {
  error?: string
  counts?: Record<string, LinkCounts>
}

export function startSwitch(): Switch {
  const child = spawn(programPath('switch'), [], { stdio: ['pipe', 'pipe', 'pipe'] })
  const ask = commandsTo(child)
  return {
    plug: async (name, mac) => void (await ask({ do: 'plug', name, mac })),
    link: async (from, to, link) => void (await ask({ do: 'link', from, to, link })),
    counts: async () => (await ask({ do: 'counts' })).counts ?? {},
    door: async (name, listen, target) => void (await ask({ do: 'door', name, listen, target })),
    aim: async (name, target) => void (await ask({ do: 'aim', name, target })),
    shut: async (name) => void (await ask({ do: 'shut', name })),
    close: () => end(child),
  }
}

/** One line asked, one line answered, in order. */
function commandsTo(child: ChildProcessWithoutNullStreams) {
  const waiting: { resolve(answer: Answer): void; reject(error: Error): void }[] = []
  let complaint = ''
  child.stderr.on('data', (chunk) => (complaint = (complaint + chunk).slice(-2000)))
  child.stdin.on('error', () => {})
  createInterface(child.stdout).on('line', (line) => waiting.shift()?.resolve(JSON.parse(line) as Answer))
  const fail = (reason: string) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`the network switch ${reason} ${complaint}`))
  }
  child.once('error', (error) => fail(`did not start: ${error.message}`))
  child.once('exit', (code, signal) => fail(`ended (${code ?? signal})`))

  return async function ask(command: object): Promise<Answer> {
    const answer = await new Promise<Answer>((resolve, reject) => {
      if (child.exitCode !== null || child.signalCode !== null) return reject(new Error('the network switch is gone'))
      waiting.push({ resolve, reject })
      child.stdin.write(`${JSON.stringify(command)}\n`)
    })
    if (answer.error) throw new Error(answer.error)
    return answer
  }
}

async function end(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}
