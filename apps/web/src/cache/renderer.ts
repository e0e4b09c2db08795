import type { BlogTables } from '@atoll/blog'
import { olderToken, type Reader, type Repo } from '@atoll/repo'
import { WebError } from '../errors.ts'
import { Representation } from '../http/representation.ts'
import type { SecurityHeaders } from '../http/security-headers.ts'
import type { Page, PageResult } from '../page.ts'
import { withinTime } from '../server/deadline.ts'
import type { KeptSite } from './kept-site.ts'
import { bytesOf } from './page-body.ts'
import type { PageCache } from './page-cache.ts'
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

export interface Renderer {
  /** The cached page, or a new one that is kept. Whoever asks meanwhile gets the same one. */
  render(request: RenderRequest): Promise<Rendered>
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
  /** Changes the HTML of every page before it is sent; the development server adds a script. */
  decorate?: (html: string) => string
}

interface Flight {
  /** The number of drops when it took off. */
  begunAt: number
  rendered: Promise<Rendered>
}

export function createRenderer(options: RendererOptions): Renderer {
  const { repo, cache, site, origin, securityHeaders, maxRenders, renderTimeoutMs, now, decorate } = options
  const flights = new Map<string, Flight>()

  return {
    async render(request) {
      return cache.get(request.key) ?? withinTime(join(request), renderTimeoutMs, request.key)
    },
    renderPrivately: (request) => withinTime(renderOnce(request), renderTimeoutMs, request.key),
  }

  /**
   * Shares a render that runs already, unless something was dropped since it began: it may show what was before, and
   * a reader who knows of the change must not be shown that.
   */
  function join(request: RenderRequest): Promise<Rendered> {
    const running = flights.get(request.key)
    if (running?.begunAt === cache.drops.count) return running.rendered
    if (flights.size >= maxRenders) throw new WebError('too_many', `${flights.size} pages are being rendered`)

    const flight: Flight = { begunAt: cache.drops.count, rendered: renderOnce(request) }
    flights.set(request.key, flight)
    const land = () => flights.get(request.key) === flight && flights.delete(request.key)
    flight.rendered.then(land, land)
    return flight.rendered
  }

  async function renderOnce({ key, page, params, isPreview = false }: RenderRequest): Promise<Rendered> {
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
    const provenance = { token: olderToken(reader.token, siteToken), now: time }
    const topics = isPreview ? undefined : topicsToKeep(result)
    if (topics) cache.store(key, { representation, topics, ...provenance })
    return representation
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
    const security = contentType.startsWith('image/') ? securityHeaders.asset(contentType) : securityHeaders.page
    return new Representation({
      status,
      contentType,
      body: await bytesOf(result.body, contentType.startsWith('text/html') ? decorate : undefined),
      cacheControl: (isPreview ? undefined : ownCacheControl) ?? cacheControl,
      headers: [...Object.entries(others).flat(), ...privately, ...security],
      effort: isQuick ? 'quick' : 'normal',
    })
  }
}

/** Every page shows the site's name and navigation. */
function topicsToKeep(result: Exclude<PageResult, { kind: 'missing' }>): string[] | undefined {
  if (result.kind === 'redirect') return result.topics && ['site', ...result.topics]
  return result.keep === false ? undefined : ['site', ...result.topics]
}

/** Browsers take `//host` and `/\host` for another site; whatever a page puts together, it stays here. */
function safeLocation(location: string): string {
  const local = location.replace(/^[/\\]{2,}/, '/').toWellFormed()
  return encodeURI(local).replace(/%25([0-9a-f]{2})/gi, '%$1')
}
