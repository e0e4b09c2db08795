/** Shows within seconds whether LiteFS can mount here, with nothing of ours in the way. Run inside the namespaces. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from './harness/eventually.ts'
import { unmount } from './harness/unmount.ts'
import { programPath } from './programs/programs.ts'

const folder = join(process.env.ATOLL_CLUSTER_FOLDER!, 'probe')
const mount = join(folder, 'mount')
mkdirSync(mount, { recursive: true })
const config = join(folder, 'litefs.yml')
writeFileSync(
  config,
  JSON.stringify({
    fuse: { dir: mount },
    data: { dir: join(folder, 'data') },
    http: { addr: '127.0.0.1:20202' },
    lease: { type: 'static', hostname: 'probe', 'advertise-url': 'http://127.0.0.1:20202', candidate: true },
  }),
)

const litefs = spawn(programPath('litefs'), ['mount', '-config', config], { stdio: ['ignore', 'ignore', 'pipe'] })
let complaint = ''
litefs.stderr.on('data', (chunk) => (complaint += chunk))
try {
  await eventually('LiteFS mounts a file system', () => existsSync(join(mount, '.lag')), { timeoutMs: 10_000 })
} catch (error) {
  console.error(`FUSE does not work here: ${(error as Error).message}\n${complaint.slice(-1000)}`)
  process.exitCode = 1
} finally {
  litefs.kill('SIGKILL')
  await unmount(mount)
}
