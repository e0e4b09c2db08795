import { isIPv6 } from 'node:net'
import { callService, formatAddress, type HostPort, parseAddress } from '@atoll/cluster'
import {
  exitCodes,
  findUser,
  guardProgram,
  type SupervisorOptions,
  startSupervisor,
  type User,
} from '@atoll/supervisor'
import type { Logger } from 'pino'
import { CommandError } from './errors.ts'
import { writeLogLine } from './log.ts'
import { type NodePlaces, placesOf } from './node-places.ts'
import { readPlacement, withSupervisor } from './placement.ts'
import type { Settings } from './settings.ts'
import { goUnderInit } from './under-init.ts'

/** LiteFS and the guard listen here, on loopback. */
const guardProxyPort = 20203

/** The database's name in LiteFS: its file in the mount. */
const database = 'atoll.db'

/** Runs a node of several until SIGTERM or SIGINT: guard, LiteFS and the site, each a child. Returns an exit code. */
export async function supervise(settings: Settings, log: Logger): Promise<number> {
  if (goUnderInit() === 'no init') {
    log.warn('this is process 1, and Node collects no orphans: install an init, as in `apt-get install tini`')
  }
  const places = placesOf(settings)
  // What is missing is said before anything starts.
  readPlacement(withSupervisor(settings))
  const supervisor = await startSupervisor(supervisorOptions(settings, places, log))
  await signalled()
  log.info('stops: hands over, then ends the site, LiteFS and the guard')
  const impatient = signalled().then(() => {
    supervisor.kill()
    return exitCodes.impatient
  })
  return Promise.race([supervisor.stop(), impatient])
}

function supervisorOptions(settings: Settings, places: NodePlaces, log: Logger): SupervisorOptions {
  const user = userOf(settings)
  const { node, isCandidate, litefsMount, litefsProgram, consulKey, data, host, port } = settings
  return {
    litefs: {
      command: litefsProgram,
      configFile: places.litefsConfig,
      hostname: node,
      isCandidate,
      dataFolder: places.litefsData,
      mountFolder: litefsMount,
      consulKey,
      consulPort: guardProxyPort,
      port: portOf(settings.litefsUrl),
      allowOther: user !== undefined,
    },
    guard: {
      name: 'guard',
      command: process.execPath,
      // It makes little and keeps less (docs/decisions/009-less-memory.md).
      args: ['--max-semi-space-size=1', guardProgram],
      env: childEnvironment(),
      user,
      options: guardOptions(settings, places),
    },
    app: {
      name: 'app',
      command: process.execPath,
      // As `atoll start` does for itself (docs/decisions/009-less-memory.md): the primary imports, too.
      args: ['--no-memory-pool-share-memory-on-teardown', process.argv[1]!, 'serve', ...process.argv.slice(3)],
      env: {
        ...childEnvironment(),
        ATOLL_GUARD: places.guardSocket,
        ATOLL_CLUSTER_SOCKET: places.callsSocket,
      },
      user,
    },
    // Also one that was brought back by root, as from an older disk.
    folders: [data, places.sockets, places.guardFolder, places.salvageFolder].map((path) => ({
      path,
      mode: 0o750,
      owner: user,
    })),
    site: { host, port },
    log,
    writeLine: writeLogLine,
  }
}

function guardOptions(settings: Settings, places: NodePlaces) {
  const { clusterHost, clusterPort, clusterAddress, expectedNodes, preferredRegion } = settings
  return {
    node: settings.node,
    region: settings.region,
    candidate: settings.isCandidate,
    consulUrl: settings.consulUrl,
    leaseKey: settings.consulKey,
    proxyPort: guardProxyPort,
    litefs: { host: '127.0.0.1', port: portOf(settings.litefsUrl) },
    database,
    listen: { host: clusterHost, port: clusterPort },
    address: formatAddress(readAddress(clusterAddress, clusterPort)),
    secrets: settings.clusterSecret,
    folder: places.guardFolder,
    litefsFolder: places.litefsData,
    salvageFolder: places.salvageFolder,
    socket: places.guardSocket,
    ...(expectedNodes !== undefined && { expectedNodes }),
    minInSync: settings.minInSync,
    ...(preferredRegion !== undefined && { preferredRegion }),
    passOn: { [callService]: places.callsSocket },
  }
}

/** Platforms give an IPv6 address without brackets. */
function readAddress(text: string, defaultPort: number): HostPort {
  return isIPv6(text) ? { host: text, port: defaultPort } : parseAddress(text, defaultPort)
}

/** Nothing when the supervisor is not root: then everything runs as whoever started it. */
function userOf({ user }: Settings): User | undefined {
  if (process.getuid?.() !== 0) return undefined
  if (user === undefined) {
    throw new CommandError(
      'ATOLL_USER: not set, and this is root; name the user for the app and the guard, or `root` if it has to be',
    )
  }
  return user === 'root' ? undefined : findUser(user)
}

/** Consul's address holds a token, which only the guard needs, and that gets it over its channel. */
function childEnvironment(): NodeJS.ProcessEnv {
  const { ATOLL_CONSUL_URL: _ours, FLY_CONSUL_URL: _platform, ...rest } = process.env
  return { MALLOC_ARENA_MAX: '2', ...rest }
}

function portOf(url: string): number {
  return Number(new URL(url).port)
}

/** Resolves at the next SIGTERM or SIGINT. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
}
