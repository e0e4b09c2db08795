/** A whole node as a program: the supervisor with a stand-in for the guard, and a small app. */
import { join } from 'node:path'
import { findUser, startSupervisor } from '@atoll/supervisor'

const folder = process.env.FOLDER!
const events = join(folder, 'events')
const user = findUser('nobody')
const script = (name: string) => ({
  name,
  command: process.execPath,
  args: [join(import.meta.dirname, `${name}.ts`)],
  env: { ...process.env, EVENTS: events, MOUNT: join(folder, 'mount') },
  user,
})

const log = (level: string) => (details: object, message: string) =>
  console.error(JSON.stringify({ level, ...details, message }))

const supervisor = await startSupervisor({
  litefs: {
    hostname: process.env.NAME!,
    isCandidate: true,
    dataFolder: join(folder, 'data'),
    mountFolder: join(folder, 'mount'),
    configFile: join(folder, 'litefs.json'),
    consulKey: 'atoll/primary',
    consulPort: 20203,
    port: 20202,
    allowOther: true,
    command: process.env.LITEFS!,
  },
  guard: { ...script('pass-through-guard'), options: { consul: process.env.CONSUL_URL!, events } },
  app: script('app'),
  folders: [{ path: folder, mode: 0o777 }],
  site: { host: '127.0.0.1', port: 4000 },
  log: { info: log('info'), warn: log('warn'), error: log('error') },
  writeLine: (line) => console.error(line),
})
process.once('SIGTERM', async () => process.exit(await supervisor.stop()))
