/**
 * `npm run cluster`: three nodes in three regions on this machine, each at a port of its own, with keys to kill, freeze
 * and restart them. Ends with `q`, with SIGTERM, or when its standard input ends.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runInNamespaces, whyNoClusters } from '../namespaces.ts'
import { buildPrograms } from '../programs/programs.ts'
import { regions } from './regions.ts'

const { values } = parseArgs({ options: { port: { type: 'string', default: '4001' } } })
const reason = whyNoClusters()
if (reason) {
  console.error(`a cluster cannot run here: ${reason}`)
  process.exitCode = 1
} else {
  await buildPrograms(console.log)
  process.exitCode = await runPlayground(Number(values.port))
}

async function runPlayground(firstPort: number): Promise<number> {
  const sockets = mkdtempSync(join(tmpdir(), 'atoll-playground-'))
  const servers: Server[] = []
  const restoreTerminal = rememberTerminal()
  try {
    for (const [at] of regions.entries()) servers.push(await forward(firstPort + at, join(sockets, `n${at + 1}`)))
    return await runInNamespaces(process.execPath, [join(import.meta.dirname, 'inside.ts')], {
      env: { ATOLL_PLAYGROUND_SOCKETS: sockets, ATOLL_PLAYGROUND_PORT: String(firstPort) },
      stdin: 'inherit',
    })
  } finally {
    restoreTerminal()
    for (const server of servers) server.close()
    rmSync(sockets, { recursive: true, force: true })
  }
}

/** What reads the keys may be killed before it could leave the terminal as it was. */
function rememberTerminal(): () => void {
  if (!process.stdin.isTTY) return () => {}
  const stdio = ['inherit', 'pipe', 'ignore'] as ['inherit', 'pipe', 'ignore']
  const settings = String(spawnSync('stty', ['-g'], { stdio }).stdout).trim()
  return () => void spawnSync('stty', [settings], { stdio })
}

/** A port of this machine's loopback that leads, by a unix socket, into the namespaces. */
async function forward(port: number, socket: string): Promise<Server> {
  const server = createServer((near) => {
    const far = connect(socket)
    near.pipe(far).pipe(near)
    near.on('error', () => far.destroy()).on('close', () => far.destroy())
    far.on('error', () => near.destroy()).on('close', () => near.destroy())
  })
  server.unref()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
