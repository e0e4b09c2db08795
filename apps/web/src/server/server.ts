import type { BlogTables, PostsOverview, Site } from '@atoll/blog'
import { type Live, type LiveOptions, openLive } from '@atoll/live'
import type { CommitNotice, Reader, Repo } from '@atoll/repo'
import type { Api } from '../api/calls.ts'
import { keep } from '../cache/keep.ts'
import { PageCache } from '../cache/page-cache.ts'
import { createRenderer } from '../cache/renderer.ts'
import { type Due, watchSchedule } from '../cache/schedule.ts'
import { slowDown } from '../cache/slow-topics.ts'
import { statusOfError } from '../errors.ts'
import { createClientAddress } from '../http/client-address.ts'
import { type HttpServer, openHttpServer } from '../http/http-server.ts'
import { defaultLimits, type Limits } from '../http/limits.ts'
import type { Networks } from '../http/networks.ts'
import { createSecurityHeaders } from '../http/security-headers.ts'
import { liveHandlers } from '../live/handlers.ts'
import { createLook } from '../live/look.ts'
import { type React, takeReactions } from '../live/reactions.ts'
import { type FollowDiscord, showDiscord } from '../live/show-discord.tsx'
import type { Log } from '../log.ts'
import type { Metrics } from '../operations/metrics.ts'
import { recordAction } from '../operations/record-request.ts'
import type { FailurePage, Page, Route } from '../page.ts'
import { createVisits } from '../tokens/visits.ts'
import { answerRequests } from './answer-requests.ts'
import { type AssetQueries, serveAssets } from './assets.ts'
import { createDispatch } from './dispatch.ts'
import { answerFailures, plainFailurePage } from './failures.ts'
import { type Condition, createHealth, type Health } from './health.ts'
import { healthHandlers } from './health-handlers.ts'
import { createRouter, type Handlers } from './router.ts'
import { compressStaticFiles, loadStaticFiles, serveStaticFiles } from './static-files.ts'

export interface ServerSettings {
  host: string
  /** 0 takes a free one. */
  port: number
  /** Public address, no trailing slash. */
  origin: string
  /** Whose `x-forwarded-*` headers are believed; default: nobody's. */
  trustedProxies?: Networks
  contentFolder: string
  staticFolder: string
  /** Signs preview links. */
  secret: string
  /** Memory for rendered pages and images; default 64 MB. */
  cacheBytes?: number
  isDev?: boolean
}

/** What the server asks of the content. */
export interface SiteQueries extends AssetQueries {
  loadSite(reader: Reader<BlogTables>): Promise<Site>
  loadOverview(reader: Reader<BlogTables>, time: { now: string }): Promise<PostsOverview>
  /** The first moment after `time` at which a post becomes public. */
  nextScheduled(reader: Reader<BlogTables>, time: string): Promise<Due | undefined>
}

export interface ServerOptions {
  repo: Pick<Repo<BlogTables>, 'reader' | 'announced' | 'onCommit' | 'waitFor'>
  queries: SiteQueries
  routes: readonly Route[]
  /** Default: a line of text. */
  missingPage?: Page
  failurePage?: FailurePage
  /** Counts answers. */
  metrics?: Pick<Metrics, 'countCached' | 'countAnswer'>
  /** Answers programs; without it their addresses are pages like others. */
  api?: Api
  settings: ServerSettings
  limits?: Partial<Limits>
  /** Other nodes, who a client is, what visitors may do over their open page. */
  live?: Pick<LiveOptions, 'cluster' | 'clientAddress' | 'limits'>
  /** On a cluster: this node's place among the others. */
  condition?: () => Condition
  /** Writes what a reader thinks of a post; without it nobody can react. */
  react?: React
  /** Follows somebody's status on Discord; without it none is shown. */
  followDiscord?: FollowDiscord
  log: Log
  now?: () => Date
}

export interface ImportProblem {
  severity: 'error' | 'warning'
  path?: string | undefined
  line?: number
  message?: string
}

/** What an import has to say about how much of the content is served. */
export interface ImportOutcome {
  problems: readonly ImportProblem[]
  /** Why nothing was imported. */
  refused?: string | undefined
  durationMs?: number
}

export interface Server {
  readonly address: string
  readonly port: number
  readonly cache: PageCache
  readonly health: Health
  /** The open pages of this node. */
  readonly live: Pick<Live, 'sessions' | 'rooms' | 'presence' | 'show' | 'notify' | 'moveOn'>
  /** The first one makes the server ready; each says what `/ready` tells about the content. */
  reportImport(outcome: ImportOutcome): void
  /** Answers what was asked, then ends. Closing twice is fine. */
  close(): Promise<void>
}

const noPage: Page = async () => ({ kind: 'missing' })

/**
 * Serves a site. Cached pages are answered from one look-up, before anything else is known about the request; all
 * others go through the router (docs/decisions/001-page-cache-before-the-router.md).
 */
export async function openServer(options: ServerOptions): Promise<Server> {
  const { repo, queries, routes, missingPage = noPage, failurePage = plainFailurePage, settings, log } = options
  const { now = () => new Date() } = options
  const limits = { ...defaultLimits, ...options.limits }
  const { origin, contentFolder, staticFolder, secret } = settings

  const securityHeaders = createSecurityHeaders({ origin })
  const trustedProxies = settings.trustedProxies ?? { has: () => false }
  const cache = new PageCache(settings.cacheBytes ? { maxBytes: settings.cacheBytes } : {})
  const keeping = { repo, drops: cache.drops, now }
  const site = keep({ ...keeping, load: queries.loadSite, topics: ['site'] })
  const overview = keep({ ...keeping, load: queries.loadOverview, topics: ['titles', 'site'] })
  const health = createHealth({
    phase: 'booting',
    readDatabase: () => readAnything(repo.reader()),
    condition: options.condition,
  })
  const renderer = createRenderer({
    repo,
    cache,
    site,
    overview,
    origin,
    securityHeaders,
    now,
    ...limits,
  })
  const staticFiles = loadStaticFiles(staticFolder, securityHeaders)
  const { clientAddress = createClientAddress({ trustedProxies }) } = options.live ?? {}
  const reactions =
    options.react &&
    takeReactions({
      react: options.react,
      isOurs: (request) => live.isOurs(request),
      clientAddress,
      isSecure: origin.startsWith('https:'),
      headers: securityHeaders.page,
    })
  const live = openLive({
    ...options.live,
    clientAddress,
    ...(reactions && { actions: { 'reactions.toggle': recordAction('reactions.toggle', reactions.act) } }),
    origin,
    look: (page) => look(page),
    catchUp: async (seen) => void (await visits.welcome({ headers: { 'atoll-token': seen } })),
    build: [...staticFiles.keys()].filter((path) => /\/app-.*\.(js|css)$/.test(path)).join(' '),
    onError: (error, what) => log.warn({ err: error, what }, 'an open page could not be brought up to date'),
  })
  const discord =
    options.followDiscord &&
    showDiscord({
      follow: options.followDiscord,
      loadSite: async () => (await site.current()).value,
      show: live.show,
    })
  const visits = createVisits({
    repo,
    readAnything,
    timeoutMs: limits.renderTimeoutMs,
    isSecure: origin.startsWith('https:'),
    catchUp: () => commits.hurryAll(),
  })
  const router = createRouter(handlers(), routes)
  const look = createLook({ router, renderer })
  const dispatch = createDispatch({
    router,
    renderer,
    visits,
    missingPage,
    headers: securityHeaders.page,
    secret,
    now,
    ...limits,
  })
  const answerFailure = answerFailures({
    log,
    failurePage,
    lastKnownSite: site.lastKnown,
    headers: securityHeaders.page,
  })

  const schedule = watchSchedule({
    nextAfter: (time) => queries.nextScheduled(repo.reader(), time),
    onDue({ at, slugs }) {
      const topics = ['posts', 'titles', 'search', ...slugs.map((slug) => `post:${slug}`)]
      cache.dropTime({ at, topics })
      live.rooms.touch(topics)
    },
    onError: (error) => warnOf(error, 'cannot ask which post is scheduled next'),
    now,
  })
  const commits = slowDown<CommitNotice>({
    isSlow: (topic) => topic.startsWith('reactions:'),
    intervalMs: 1000,
    release(notice) {
      cache.dropCommit(notice)
      if (notice.dropAll || notice.topics.includes('site')) followAuthor()
      if (notice.dropAll) live.rooms.touchAll()
      else live.rooms.touch(notice.topics)
      if (notice.dropAll || ['posts', 'titles'].some((topic) => notice.topics.includes(topic))) schedule.refresh()
    },
  })
  const stopListening = repo.onCommit(commits.take)
  const answers = answerRequests({
    ...options,
    origin,
    trustedProxies,
    cache,
    staticFiles,
    dispatch,
    answerFailure,
    limits,
    headers: securityHeaders.page,
    isClosing: () => http.isClosing,
  })
  const { onRequest } = answers
  const http: HttpServer = await openHttpServer({ ...settings, limits, onRequest, onUpgrade: live.upgrade }).catch(
    (error) => {
      stopFollowing()
      live.close()
      throw error
    },
  )
  void compressStaticFiles(staticFiles)
  followAuthor()
  let closing: Promise<void> | undefined

  return {
    address: addressOf(http.address.address, http.address.port),
    port: http.address.port,
    cache,
    health,
    live,
    reportImport({ problems }) {
      const errors = problems.filter(({ severity }) => severity === 'error').length
      if (errors > 0) health.degrade('content', `files with errors keep their last good version (${errors} errors)`)
      else health.mend('content')
      // Whoever writes sees it on the page that is open.
      if (settings.isDev) live.notify('problems', problems)
      if (health.phase === 'booting') health.become('serving')
    },
    close() {
      closing ??= close()
      return closing
    },
  }

  function handlers(): Handlers {
    const assets = serveAssets({
      repo,
      queries,
      cache,
      contentFolder,
      securityHeaders,
      timeoutMs: limits.renderTimeoutMs,
    })
    const { GET, POST } = liveHandlers(live, securityHeaders.page)
    return {
      POST: { ...POST, ...(reactions && { '/posts/:slug/reactions': reactions.handleForm }) },
      GET: {
        ...GET,
        ...healthHandlers(health, securityHeaders.page),
        '/assets/:name{.+}': assets,
        '/:icon{(?:favicon|icon|apple-touch-icon)[^/]*\\.(?:ico|png|svg)}': assets,
        '/static/:name': serveStaticFiles(staticFiles, securityHeaders.page),
      },
    }
  }

  function followAuthor(): void {
    discord?.refresh().catch((error) => warnOf(error, 'cannot read whose Discord status is shown'))
  }

  /** A new node has nothing to read yet; the first commit that it gets makes it ask again. */
  function warnOf(error: unknown, message: string): void {
    if (statusOfError(error) !== 503) log.warn({ err: error }, message)
  }

  function stopFollowing(): void {
    discord?.close()
    schedule.close()
    stopListening()
    commits.close()
  }

  async function close(): Promise<void> {
    health.become('draining')
    await live.leave(settings.isDev ? 0 : undefined)
    const closed = http.close()
    answers.endConnections()
    await closed
    // Last: until then somebody may be shown a cached page, and it has to be dropped when it changes.
    stopFollowing()
  }
}

function addressOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function readAnything(reader: Reader<BlogTables>): Promise<unknown> {
  return reader.db.selectFrom('commits').select('number').execute()
}
