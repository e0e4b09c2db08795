/** A node under its supervisor, with the real guard and the small application of the guard's tests. */
import { join } from 'node:path'
import { guardProgram, startSupervisor } from '@atoll/supervisor'

const { NAME, FOLDER, ADDRESS, REGION, CONSUL_URL, LITEFS, CANDIDATE } = process.env as Record<string, string>
const folder = FOLDER!
const guardSocket = join(folder, 'guard.sock')
const write = (level: number) => (details: object, msg: string) =>
  console.error(JSON.stringify({ level, msg, ...details }))

const supervisor = await startSupervisor({
  litefs: {
    hostname: NAME!,
    isCandidate: CANDIDATE === 'yes',
    dataFolder: join(folder, 'data'),
    mountFolder: join(folder, 'mount'),
    configFile: join(folder, 'litefs.json'),
    consulKey: 'litefs/atoll',
    consulPort: 8500,
    port: 20202,
    allowOther: false,
    command: LITEFS!,
  },
  guard: {
    name: 'guard',
    command: process.execPath,
    args: [guardProgram],
    options: {
      node: NAME,
      region: REGION,
      candidate: CANDIDATE === 'yes',
      consulUrl: CONSUL_URL,
      leaseKey: 'litefs/atoll',
      proxyPort: 8500,
      litefs: { host: '127.0.0.1', port: 20202 },
      database: 'app.db',
      listen: { host: '::', port: 4100 },
      address: `${ADDRESS}:4100`,
      secrets: 'the secret of the cluster tests, which is long',
      folder: join(folder, 'guard'),
      socket: guardSocket,
      expectedNodes: 1,
      leastFreeBytes: 1 << 20,
    },
  },
  app: {
    name: 'app',
    command: process.execPath,
    args: [join(import.meta.dirname, '../guard/writer.ts')],
    env: { ...process.env, DATABASE: join(folder, 'mount', 'app.db'), GUARD: guardSocket },
  },
  folders: [],
  site: { host: '127.0.0.1', port: 3000 },
  log: { info: write(30), warn: write(40), error: write(50) },
  writeLine: (line) => console.error(line),
})
process.once('SIGTERM', async () => process.exit(await supervisor.stop()))
