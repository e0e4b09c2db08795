import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'

const command = join(import.meta.dirname, '../apps/cli/bin/atoll.js')

export interface RunningAtoll {
  url: string
  pid: number
  /** Milliseconds from the start of the process to the first 200 of /ready. */
  readyMs: number
  stop(): Promise<void>
}

/** Starts `atoll start` as a process of its own, `through` another program if need be, and waits until /ready says yes. */
export async function startAtoll(
  content: string,
  data: string,
  env: NodeJS.ProcessEnv = {},
  { through = [], name = 'start' }: { through?: readonly string[]; name?: 'start' | 'dev' } = {},
): Promise<RunningAtoll> {
  const port = env.PORT ?? String(await freePort())
  const startedAt = performance.now()
  const [program, ...args] = [...through, process.execPath, command, name]
  const child = spawn(program!, args, {
    env: { ...process.env, PORT: port, HOST: '127.0.0.1', ATOLL_CONTENT: content, ATOLL_DATA: data, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const url = `http://127.0.0.1:${port}`
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error(`atoll ended with ${child.exitCode}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return { url, pid: child.pid!, readyMs: performance.now() - startedAt, stop: () => end(child) }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/ready`)).status === 200
  } catch {
    return false
  }
}

async function end(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
}
