import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import type { BackupSchedule } from '@atoll/backup'
import { openBlog } from '@atoll/blog'
import { type StartServerOptions, startServer } from '@atoll/web'
import type { Logger } from 'pino'
import { staticFolder } from './checkout.ts'
import { openContentFolder } from './content.ts'
import { refuseToStart } from './doctor/examine.ts'
import { prepareDataFolder, readSecret, type Settings } from './settings.ts'
import { startBackups } from './site-backups.ts'
import { describeReport } from './site-import.ts'
import { version } from './version.ts'

interface RunSite {
  settings: Settings
  log: Logger
  isDev: boolean
}

/** Serves a site until SIGTERM or SIGINT: database, server, import, watch; and in reverse at the end. */
export async function runSite({ settings: asked, log, isDev }: RunSite): Promise<void> {
  const stop = stopSignal()
  const settings = asked.port === 0 ? await takeFreePort(asked) : asked
  prepareDataFolder(settings.data)
  refuseToStart(settings)
  const repo = await openBlog({ file: join(settings.data, 'atoll.db') })
  let backups: BackupSchedule | undefined
  try {
    const operations = { version, backups: () => backups?.state }
    const server = await openServer({ repo, operations }, { settings, log, isDev })
    const content = openContentFolder({ repo, settings, log, isDev, onReport: server.reportImport })
    const importing = new AbortController()
    try {
      const report = await content.importOnce(importing.signal)
      // A script that waits for this line may ask for pages at once.
      console.log(`${describeReport(report)}\nserving ${settings.content} at ${addressOf(server.port, settings)}`)
      const watching = settings.watch ? content.watch(importing.signal) : undefined
      backups = startBackups({ settings, repo, log })
      await stop
      importing.abort()
      await Promise.all([watching, backups?.close()])
    } finally {
      await server.close()
    }
  } finally {
    await repo.close()
  }
}

function openServer(parts: Pick<StartServerOptions, 'repo' | 'operations'>, { settings, log, isDev }: RunSite) {
  return startServer({
    ...parts,
    log,
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

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        resolve()
        process.once(signal, () => process.exit(130))
      })
    }
  })
}
