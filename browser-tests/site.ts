import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

export interface RunningSite {
  url: string
  /** What the process printed so far. */
  output(): string
  /** Ends the process; `resume` starts it again with the same data, if it does not run. */
  pause(): Promise<void>
  resume(): Promise<void>
  stop(): Promise<void>
}

/** Starts the built `atoll` on a free port with a data folder of its own, and waits for its address. */
export async function startSite(
  content = join(root, 'content'),
  env: NodeJS.ProcessEnv = {},
  checkout = root,
): Promise<RunningSite> {
  const data = mkdtempSync(join(tmpdir(), 'atoll-site-'))
  let output = ''
  let running = await start().catch((error) => {
    rmSync(data, { recursive: true, force: true })
    throw error
  })
  return {
    url: running.url,
    output: () => output,
    pause: () => end(running.child),
    async resume() {
      if (hasEnded(running.child)) running = await start()
    },
    async stop() {
      await end(running.child)
      rmSync(data, { recursive: true, force: true })
    },
  }

  async function start(): Promise<{ child: ChildProcess; url: string }> {
    const child = spawn(
      process.execPath,
      [join(checkout, 'apps/cli/bin/atoll.js'), env.ATOLL_DEV_CHILD ? 'dev' : 'start'],
      {
        env: {
          ...process.env,
          PORT: '0',
          HOST: '127.0.0.1',
          ATOLL_CONTENT: content,
          ATOLL_DATA: data,
          NODE_OPTIONS: '',
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    let own = ''
    const hear = (chunk: Buffer) => {
      own += chunk
      output += chunk
    }
    child.stdout!.on('data', hear)
    child.stderr!.on('data', hear)
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout!.on('data', () => {
        const address = /serving .* at (http:\/\/\S+)/.exec(own)?.[1]
        if (address) resolve(address.replace('localhost', '127.0.0.1'))
      })
      child.once('exit', (code) => reject(new Error(`atoll ended with ${code}:\n${own}`)))
    })
    return { child, url }
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}
