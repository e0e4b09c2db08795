import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import type { BackupSchedule } from '@atoll/backup'
import { beat, stoppingMessage } from '@atoll/supervisor'
import { askGuard } from '@atoll/supervisor/guard'
import {
  createClientAddress,
  measureWrites,
  type OperationsSource,
  openMetrics,
  requestFields,
  startServer,
  traceCalls,
} from '@atoll/web'
import type { Logger } from 'pino'
import { chooseBackupNode } from './backup-node.ts'
import { staticFolder } from './checkout.ts'
import { conditionOf } from './condition.ts'
import { openOwner } from './console/open-owner.ts'
import { openContentFolder } from './content.ts'
import { prepareDataFolder } from './data-folder.ts'
import { openSiteDatabase, type SiteDatabase } from './database.ts'
import { refuseToStart } from './doctor/examine.ts'
import { openLiveCluster } from './live-cluster.ts'
import { openLog } from './log.ts'
import { askToLead } from './new-release.ts'
import { isLastReady, readDuties } from './node-facts.ts'
import { snapshotNode } from './node-snapshot.ts'
import { readPlacement } from './placement.ts'
import { readSecret, type Settings } from './settings.ts'
import { startBackups } from './site-backups.ts'
import { openSiteStatus } from './site-status.ts'
import { measureStrangers } from './stranger-metrics.ts'
import { startTracing } from './tracing.ts'
import { keepContent } from './upkeep.ts'
import { openVerification, type Verification } from './verify/verify-call.ts'
import { version } from './version.ts'

interface RunSite {
  settings: Settings
  isDev: boolean
}

interface ServeSite extends RunSite {
  log: Logger
  operations: OperationsSource
  calls: Verification['calls']
}

/** So long after its start a site gives back what starting took: by then the first readers have their pages. */
const startedMs = 10_000

/** Serves a site until SIGTERM or SIGINT: database, server, import, watch; and in reverse at the end. */
export async function runSite({ settings: asked, isDev }: RunSite): Promise<void> {
  const log = openLog(asked, requestFields)
  const stop = stopSignal()
  const settings = asked.port === 0 ? await takeFreePort(asked) : asked
  await prepareDataFolder(settings.data)
  refuseToStart(settings)
  const metrics = openMetrics()
  const tracing = await startTracing(settings)
  const middleware = [traceCalls, measureWrites(metrics)]
  const database = await openSiteDatabase({ placement: readPlacement(settings), settings, log, middleware })
  const { repo } = database
  const status = openSiteStatus(database)
  const strangers = measureStrangers(metrics, database)
  const verification = openVerification(database)
  let backups: BackupSchedule | undefined
  try {
    const operations = { ...status, metrics, backups: () => backups?.state }
    const { calls } = verification
    const server = await openServer(database, { settings, log, isDev, operations, calls })
    const { health } = server
    const content = openContentFolder({
      repo,
      settings,
      log,
      isDev,
      onReport(report) {
        health.mend('import')
        server.reportImport(report)
      },
      onFailure: () => health.degrade('import', 'the last one failed; it is tried again'),
    })
    const end = new AbortController()
    onStopping(() => health.become('draining'))
    beat()
    try {
      const asking = askForRelease(database, log, end.signal)
      const upkeep = keepContent({ database, content, settings, signal: end.signal })
      await Promise.race([upkeep.ready, stop])
      if (health.phase === 'booting') health.become('serving')
      // A script that waits for this line may ask for pages at once.
      console.log(`serving ${settings.content} at ${addressOf(server.port, settings)}`)
      backups = await startBackups({ settings, repo, log, ...backupsOf(database, settings) })
      const cluster = database.kind === 'litefs' ? database.node : undefined
      const owner = await openOwner({ data: settings.data, repo, cluster })
      const releasing = setTimeout(() => void repo.releaseMemory(), startedMs)
      await stop
      clearTimeout(releasing)
      end.abort()
      await Promise.all([upkeep.ended, asking, backups?.close(), owner.close()])
    } finally {
      end.abort()
      await content.close()
      await server.close()
    }
  } finally {
    verification.close()
    strangers.close()
    await status.close()
    await database.close()
    await tracing.close()
  }
}

/** Only a guard hands over on demand. */
async function askForRelease(database: SiteDatabase, log: Logger, signal: AbortSignal): Promise<void> {
  if (database.kind === 'embedded' || database.placement.keeper.kind !== 'guard') return
  const { keeper, isCandidate } = database.placement
  const { socket } = keeper
  const { repo, replication, node, wasRefused } = database
  const handOver = (to: string) => askGuard(socket, 'handover', { to })
  const state = () => repo.state
  await askToLead({ node, version, isCandidate, replication, state, wasRefused, handOver, log, signal })
}

/** On a cluster one node takes them, of what LiteFS exports: nothing but the database process opens the file. */
function backupsOf(database: SiteDatabase, { data, minInSync }: Settings) {
  if (database.kind === 'embedded') return {}
  const { replication, node, placement } = database
  const { isCandidate } = placement
  const guard = placement.keeper.kind === 'guard' ? placement.keeper.socket : undefined
  const here = () => ({ name: node.name, role: replication.role.kind, isCandidate })
  const canStepAside = guard !== undefined
  return {
    source: () => snapshotNode({ replication, scratch: data, guardSocket: isCandidate ? guard : undefined }),
    isOurs: () =>
      chooseBackupNode({ nodes: [here(), ...node.peers().map(readDuties)], canStepAside, minInSync }) === node.name,
  }
}

function openServer(database: SiteDatabase, { settings, log, isDev, operations, calls }: ServeSite) {
  const { repo } = database
  const { trustedProxies, clientAddressHeader: header } = settings
  return startServer({
    repo,
    operations,
    calls,
    log,
    live: {
      clientAddress: createClientAddress({ trustedProxies, header }),
      cluster: database.kind === 'litefs' ? openLiveCluster(database.node) : undefined,
    },
    ...(database.kind === 'litefs' && { condition: () => conditionOf(repo.state, isLastReady(database.node)) }),
    settings: {
      host: settings.host,
      port: settings.port,
      origin: settings.url,
      trustedProxies: settings.trustedProxies,
      contentFolder: settings.content,
      cacheFolder: join(settings.data, 'cache'),
      staticFolder,
      secret: readSecret(settings),
      cacheBytes: settings.cacheMb * 1024 * 1024,
      isDev,
      largeFileBytes: settings.largeFileMb * 1024 * 1024,
      metricsAt: settings.metricsAt,
      lanyardUrl: settings.lanyard,
      ...gitHook(settings),
    },
  })
}

function gitHook({ gitUrl, gitBranch, gitPath, hookSecret, data }: Settings) {
  if (!gitUrl || !hookSecret) return {}
  const repository = { url: gitUrl, ...(gitBranch && { branch: gitBranch }), ...(gitPath && { path: gitPath }) }
  return { gitHook: { repository, folder: join(data, 'git'), secret: hookSecret } }
}

/** Pages name the public address, so the port has to be known before the first of them is rendered. */
async function takeFreePort(settings: Settings): Promise<Settings> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: settings.host, port: 0 }, resolve)
  })
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return { ...settings, port, url: settings.url === 'http://localhost:0' ? `http://localhost:${port}` : settings.url }
}

function addressOf(port: number, { host, url }: Settings): string {
  if (!/^http:\/\/localhost:/.test(url)) return `${url} (port ${port})`
  return host === '::' || host === '0.0.0.0' ? `http://localhost:${port}` : `http://${host}:${port}`
}

/** Called when the supervisor begins to stop this node: it hands over while readers are still served. */
function onStopping(listener: () => void): void {
  process.on('message', (message: { kind?: string }) => {
    if (message.kind === stoppingMessage.kind) listener()
  })
  // To listen on it would keep the process from ending by itself.
  process.channel?.unref()
}

/** Resolves at the first SIGTERM or SIGINT, or when its supervisor is gone; a second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('disconnect', resolve)
    // To listen on it would keep the process from ending by itself.
    process.channel?.unref()
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        resolve()
        process.once(signal, () => process.exit(130))
      })
    }
  })
}
