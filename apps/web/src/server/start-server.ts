import { join } from 'node:path'
import {
  type BlogTables,
  findAsset,
  findAssetByHash,
  followDiscord,
  nextAppearance,
  readBlob,
  readPostsOverview,
  readSite,
  toggleReaction,
} from '@atoll/blog'
import type { Repo } from '@atoll/repo'
import { type Call, createApi } from '../api/calls.ts'
import { contentCalls } from '../api/content-calls.ts'
import { type GitHookOptions, gitHookCalls } from '../api/git-hook.ts'
import { publishCalls } from '../api/publish-calls.ts'
import { openMetricsPort } from '../operations/metrics-port.ts'
import { type OperationsSource, openOperations } from '../operations/open-operations.ts'
import { gaugeServer } from '../operations/server-gauges.ts'
import { statusCalls } from '../operations/status-calls.ts'
import type { Route } from '../page.ts'
import { failurePage } from '../pages/failure.tsx'
import { missingPage } from '../pages/missing.tsx'
import { statusPage } from '../pages/status.tsx'
import { routes } from '../routes.ts'
import { openSocialImages } from '../social/index.ts'
import { type ImportOutcome, openServer, type Server, type ServerOptions, type ServerSettings } from './server.ts'

export interface StartServerOptions extends Pick<ServerOptions, 'limits' | 'log' | 'now' | 'live' | 'condition'> {
  repo: Repo<BlogTables>
  /** What `/status` and `/metrics` tell; default: that of one machine alone. */
  operations?: OperationsSource
  /** More addresses for programs. */
  calls?: Record<string, Call>
  settings: ServerSettings & {
    /** For what can be made again. */
    cacheFolder: string
    /** Files of this size and more cannot be published, pictures excepted. */
    largeFileBytes: number
    /** Absent: there is no hook. */
    gitHook?: Pick<GitHookOptions, 'repository' | 'folder' | 'secret'>
    /** Where `/metrics` is served without a token; default: nowhere. */
    metricsAt?: { host: string; port: number } | undefined
    /** Who is asked for a Discord status; default: the public Lanyard. */
    lanyardUrl?: string
  }
}

/** How often an open status page is brought up to date, in milliseconds. */
const statusEveryMs = 5000

/** Serves the site that is in the database: joins the server with the pages and the queries of the content. */
export async function startServer(options: StartServerOptions): Promise<Server> {
  const { settings, log } = options
  const cards = openSocialImages({
    folder: join(settings.cacheFolder, 'social'),
    onError: (error) => log.warn({ err: error }, 'cannot keep a social image'),
  })
  const cardRoutes: Route[] = [
    ['GET', '/social.png', cards.site],
    ['GET', '/social/:file', cards.post],
  ]
  const queries = {
    loadSite: readSite,
    loadOverview: readPostsOverview,
    nextScheduled: nextAppearance,
    findAsset,
    findAssetByHash,
    readBlob,
  }
  const { metrics, status } = openOperations({
    source: options.operations ?? { version: '' },
    repo: options.repo,
    troubles: async () => (await server.health.check()).reasons,
  })
  const server: Server = await openServer({
    ...options,
    metrics,
    api: createApi({
      calls: calls(),
      secret: settings.secret,
      log,
      cover: (token) => options.repo.reader({ token }).db.selectFrom('content_state').select('number').execute(),
      ...(options.now && { now: options.now }),
    }),
    queries,
    routes: [['GET', '/status', statusPage(status)], ...cardRoutes, ...routes],
    missingPage,
    failurePage,
    followDiscord: (whom) => followDiscord({ ...whom, url: settings.lanyardUrl }),
    react: (reaction, attempt) => options.repo.run(toggleReaction, reaction, attempt),
  }).catch(async (error) => {
    await cards.close()
    throw error
  })
  gaugeServer(metrics, server)
  // Ages and lags change by themselves, and no commit says so.
  const refreshing = setInterval(() => server.live.rooms.touch(['status']), statusEveryMs).unref()
  const port = settings.metricsAt && (await openMetricsPort(settings.metricsAt, readMetrics).catch(closeAndThrow))
  return { ...server, reportImport, close }

  function reportImport(outcome: ImportOutcome): void {
    server.reportImport(outcome)
    const { durationMs = 0, problems, refused } = outcome
    metrics.countImport({ seconds: durationMs / 1000, problems: problems.length, isRefused: refused !== undefined })
  }

  async function close(): Promise<void> {
    clearInterval(refreshing)
    await Promise.all([server.close().finally(cards.close), port?.close()])
  }

  async function closeAndThrow(error: unknown): Promise<never> {
    await close()
    throw error
  }

  async function readMetrics() {
    await status()
    return { contentType: metrics.contentType, text: await metrics.text() }
  }

  function calls() {
    const { largeFileBytes, gitHook } = settings
    const publishing = {
      repo: options.repo,
      largeFileBytes,
      onReport: reportImport,
    }
    return {
      ...options.calls,
      ...statusCalls({ status, metrics, secret: settings.secret }),
      ...contentCalls(options.repo),
      ...publishCalls(publishing),
      ...gitHookCalls({ ...publishing, ...gitHook, log }),
    }
  }
}
