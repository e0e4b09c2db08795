import type { BlogTables } from '@atoll/blog'
import { olderToken, type Reader, type Repo } from '@atoll/repo'
import { WebError } from '../errors.ts'
import { Representation } from '../http/representation.ts'
import type { SecurityHeaders } from '../http/security-headers.ts'
import type { Page, PageResult } from '../page.ts'
import { withinTime } from '../server/deadline.ts'
import type { KeptSite } from './kept-site.ts'
import { bytesOf } from './page-body.ts'
import type { CachedPage, PageCache } from './page-cache.ts'
import { stampVersion } from './page-version.ts'
import { toSeconds } from './schedule.ts'

/** What is asked of a page; equal keys mean equal answers. */
export interface RenderRequest {
  /** Path and query, canonical. */
  key: string
  page: Page
  params: Record<string, string>
  isPreview?: boolean
}

/** Nothing when there is no such page. */
export type Rendered = Representation | undefined

/** A page and what it was made from, for whoever wants to know when it changes. */
export type Seen = Pick<CachedPage, 'representation' | 'topics' | 'token'> | undefined

export interface Renderer {
  /** The cached page, or a new one that is kept. Whoever asks meanwhile gets the same one. */
  render(request: RenderRequest): Promise<Rendered>
  /** The same, for those who watch it. */
  look(request: RenderRequest): Promise<Seen>
  /** For one reader's eyes: neither kept nor shared. */
  renderPrivately(request: RenderRequest): Promise<Rendered>
}

interface RendererOptions {
  repo: Pick<Repo<BlogTables>, 'reader'>
  cache: PageCache
  site: KeptSite
  origin: string
  securityHeaders: SecurityHeaders
  maxRenders: number
  renderTimeoutMs: number
  now: () => Date
}

interface Flight {
  /** The number of drops when it took off. */
  begunAt: number
  seen: Promise<Seen>
}

export function createRenderer(options: RendererOptions): Renderer {
  const { repo, cache, site, origin, securityHeaders, maxRenders, renderTimeoutMs, now } = options
  const flights = new Map<string, Flight>()

  return {
    async render(request) {
      return cache.get(request.key) ?? (await withinTime(join(request), renderTimeoutMs, request.key))?.representation
    },
    async look(request) {
      return cache.find(request.key) ?? withinTime(join(request), renderTimeoutMs, request.key)
    },
    async renderPrivately(request) {
      return (await withinTime(renderOnce(request), renderTimeoutMs, request.key))?.representation
    },
  }

  /**
   * Shares a render that runs already, unless something was dropped since it began: it may show what was before, and
   * a reader who knows of the change must not be shown that.
   */
  function join(request: RenderRequest): Promise<Seen> {
    const running = flights.get(request.key)
    if (running?.begunAt === cache.drops.count) return running.seen
    if (flights.size >= maxRenders) throw new WebError('too_many', `${flights.size} pages are being rendered`)

    const flight: Flight = { begunAt: cache.drops.count, seen: renderOnce(request) }
    flights.set(request.key, flight)
    const land = () => flights.get(request.key) === flight && flights.delete(request.key)
    flight.seen.then(land, land)
    return flight.seen
  }

  async function renderOnce({ key, page, params, isPreview = false }: RenderRequest): Promise<Seen> {
    const time = toSeconds(now())
    const { site: settings, token: siteToken } = await site.current()
    const reader: Reader<BlogTables> = repo.reader()
    const url = new URL(origin + key)
    const result = await page({
      reader,
      url,
      params,
      now: time,
      site: settings,
      origin,
      ...(isPreview && { isPreview }),
    })
    if (result.kind === 'missing') return undefined

    const representation = await represent(result, { isQuick: url.search !== '', isPreview })
    const token = olderToken(reader.token, siteToken)
    const topics = ['site', ...(result.topics ?? [])]
    if (isKept(result) && !isPreview) cache.store(key, { representation, topics, token, now: time })
    return { representation, topics, token }
  }

  async function represent(
    result: Exclude<PageResult, { kind: 'missing' }>,
    { isQuick, isPreview }: { isQuick: boolean; isPreview: boolean },
  ): Promise<Representation> {
    const cacheControl = isPreview ? 'private, no-store' : 'public, no-cache'
    const privately = isPreview ? ['X-Robots-Tag', 'noindex'] : []
    if (result.kind === 'redirect') {
      const location = safeLocation(result.location)
      return new Representation({
        status: result.status,
        contentType: 'text/plain; charset=utf-8',
        body: Buffer.from(`See ${location}\n`),
        cacheControl,
        headers: ['Location', location, ...privately, ...securityHeaders.page],
      })
    }
    const { status = 200, contentType = 'text/html; charset=utf-8', headers = {} } = result
    const { 'Cache-Control': ownCacheControl, ...others } = headers
    const canChange = status === 200 && !isPreview && contentType.startsWith('text/html')
    const security = contentType.startsWith('image/') ? securityHeaders.asset(contentType) : securityHeaders.page
    return new Representation({
      status,
      contentType,
      body: await bytesOf(result.body, canChange ? stampVersion : undefined),
      cacheControl: (isPreview ? undefined : ownCacheControl) ?? cacheControl,
      headers: [...Object.entries(others).flat(), ...privately, ...security],
      effort: isQuick ? 'quick' : 'normal',
    })
  }
}

function isKept(result: Exclude<PageResult, { kind: 'missing' }>): boolean {
  return result.kind === 'redirect' ? result.topics !== undefined : result.keep !== false
}

/** Browsers take `//host` and `/\host` for another site; whatever a page puts together, it stays here. */
function safeLocation(location: string): string {
  const local = location.replace(/^[/\\]{2,}/, '/').toWellFormed()
  return encodeURI(local).replace(/%25([0-9a-f]{2})/gi, '%$1')
}
