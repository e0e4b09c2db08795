import { spawn } from 'node:child_process'

export interface Load {
  requestsPerSecond: number
  p50Ms: number
  p99Ms: number
  failed: number
}

interface LoadOptions {
  connections?: number
  seconds?: number
  headers?: Record<string, string>
  /** A Lua script for wrk, where one address is not enough. */
  script?: string
}

/** Loads an address with `wrk` (one thread), and reads what it prints. */
export async function load(
  url: string,
  { connections = 64, seconds = 8, headers = {}, script }: LoadOptions = {},
): Promise<Load> {
  const output = await run('wrk', [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--latency',
    ...Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
    ...(script ? ['-s', script] : []),
    url,
  ])
  const failures = [...output.matchAll(/Non-2xx or 3xx responses: (\d+)|(?:connect|read|write|timeout) (\d+)/g)]
  return {
    requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]),
    p50Ms: milliseconds(/50%\s+([\d.]+\w+)/.exec(output)?.[1]),
    p99Ms: milliseconds(/99%\s+([\d.]+\w+)/.exec(output)?.[1]),
    failed: failures.reduce((sum, [, bad, socket]) => sum + Number(bad ?? socket), 0),
  }
}

/** Runs a program to its end and returns what it printed. Throws with both outputs when it fails. */
export async function run(
  command: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const child = spawn(command, args, {
    ...options,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (errors += chunk))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${output.slice(-2000)}\n${errors.slice(-2000)}`)
  return output
}

export function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
}

function milliseconds(text = ''): number {
  const [, number, unit] = /([\d.]+)(us|ms|s|m)/.exec(text) ?? []
  return Number(number) * { us: 0.001, ms: 1, s: 1000, m: 60_000 }[unit as 'us' | 'ms' | 's' | 'm']
}
