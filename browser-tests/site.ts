import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

export interface RunningSite {
  url: string
  /** What the process printed so far. */
  output(): string
  stop(): Promise<void>
}

/** Starts the built `atoll` on a free port with a data folder of its own, and waits for its address. */
export async function startSite(content = join(root, 'content'), env: NodeJS.ProcessEnv = {}): Promise<RunningSite> {
  const data = mkdtempSync(join(tmpdir(), 'atoll-site-'))
  const child = spawn(process.execPath, [join(root, 'apps/cli/bin/atoll.js'), 'start'], {
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
  })
  let output = ''
  child.stdout!.on('data', (chunk) => (output += chunk))
  child.stderr!.on('data', (chunk) => (output += chunk))
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout!.on('data', () => {
      const address = /serving .* at (http:\/\/\S+)/.exec(output)?.[1]
      if (address) resolve(address)
    })
    child.once('exit', (code) => reject(new Error(`atoll ended with ${code}:\n${output}`)))
  })
  return {
    url,
    output: () => output,
    async stop() {
      await end(child)
      rmSync(data, { recursive: true, force: true })
    },
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
}
