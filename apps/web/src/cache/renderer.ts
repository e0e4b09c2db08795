import type { BlogTables, PostsOverview, Site } from '@atoll/blog'
import { olderToken, type Reader, type Repo, type Token } from '@atoll/repo'
import { WebError } from '../errors.ts'
import { Representation } from '../http/representation.ts'
import type { SecurityHeaders } from '../http/security-headers.ts'
import { inSpan } from '../operations/spans.ts'
import type { Page, PageResult } from '../page.ts'
import { withinTime } from '../server/deadline.ts'
import { insertNotice, type Notice } from '../tokens/notice.ts'
import type { Kept, KeptState } from './keep.ts'
import { type Body, bytesOf } from './page-body.ts'
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
  /** Nothing older than this may be read. */
  token?: Token | undefined
  notice?: Notice | undefined
}

/** A page and what it was made from, for whoever wants to know when it changes. Nothing when there is no such page. */
export type Seen = Pick<CachedPage, 'representation' | 'topics' | 'token'> | undefined

export interface Renderer {
  /** The cached page, or a new one that is kept. Whoever asks meanwhile gets the same one. */
  look(request: RenderRequest): Promise<Seen>
  /** For one reader's eyes: neither kept nor shared. */
  renderPrivately(request: RenderRequest): Promise<Seen>
}

interface RendererOptions {
  repo: Pick<Repo<BlogTables>, 'reader'>
  cache: PageCache
  site: Kept<Site>
  overview: Kept<PostsOverview>
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
  const { repo, cache, site, overview, origin, securityHeaders, maxRenders, renderTimeoutMs, now } = options
  const flights = new Map<string, Flight>()
  let alone = 0

  return {
    async look(request) {
      return cache.find(request.key) ?? withinTime(join(request), renderTimeoutMs, request.key)
    },
    renderPrivately: async (request) => withinTime(renderAlone(request), renderTimeoutMs, request.key),
  }

  /** Anybody can make up a token that has each of his requests rendered anew, so these are as bounded as others. */
  async function renderAlone(request: RenderRequest): Promise<Seen> {
    if (alone >= maxRenders) throw new WebError('too_many', `${alone} pages are being rendered for one reader each`)
    alone++
    try {
      return await renderOnce(request)
    } finally {
      alone--
    }
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

  async function renderOnce(request: RenderRequest): Promise<Seen> {
    const { key, page, params, isPreview = false, token: least } = request
    const time = toSeconds(now())
    const settings = await stateOf(site, least)
    const made = { token: settings.token, now: time }
    const reader: Reader<BlogTables> = repo.reader(least && { token: least })
    const url = new URL(origin + key)
    const asked = {
      reader,
      url,
      params,
      now: time,
      site: settings.value,
      origin,
      async overview() {
        const state = await stateOf(overview, least)
        made.token = olderToken(made.token, state.token)
        // A post whose time has come since it was read is not in it.
        if (state.now < made.now) made.now = state.now
        return state.value
      },
      ...(isPreview && { isPreview }),
    }
    const result = await inSpan('render', {}, async () => page(asked))
    if (result.kind === 'missing') return undefined

    const representation = await represent(result, request, url.search !== '')
    const token = olderToken(reader.token, made.token)
    const topics = ['site', ...(result.topics ?? [])]
    if (isKept(result) && !isForOneReader(request)) cache.store(key, { representation, topics, token, now: made.now })
    return { representation, topics, token }
  }

  async function represent(
    result: Exclude<PageResult, { kind: 'missing' }>,
    { isPreview = false, notice }: RenderRequest,
    isQuick: boolean,
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
    const isHtml = contentType.startsWith('text/html')
    const canChange = status === 200 && !isPreview && isHtml
    const security = contentType.startsWith('image/') ? securityHeaders.asset(contentType) : securityHeaders.page
    return new Representation({
      status,
      contentType,
      ...(await bodyOf(result.body, { canChange, notice: isHtml ? notice : undefined })),
      cacheControl: (isPreview ? undefined : ownCacheControl) ?? cacheControl,
      headers: [...Object.entries(others).flat(), ...privately, ...security],
      effort: isQuick ? 'quick' : 'normal',
    })
  }
}

function stateOf<Value>(kept: Kept<Value>, least: Token | undefined): Promise<KeptState<Value>> {
  return least ? kept.readFor(least) : kept.current()
}

interface Finish {
  canChange: boolean
  notice: Notice | undefined
}

/** The bytes of a page, and their hash where it is known already. */
async function bodyOf(body: Body, { canChange, notice }: Finish): Promise<{ body: Buffer; hash?: string }> {
  const bytes = await bytesOf(body)
  const page = canChange ? stampVersion(bytes) : { body: bytes }
  return notice ? { body: Buffer.from(insertNotice(String(page.body), notice)) } : page
}

function isForOneReader({ isPreview, token, notice }: RenderRequest): boolean {
  return isPreview === true || token !== undefined || notice !== undefined
}

function isKept(result: Exclude<PageResult, { kind: 'missing' }>): boolean {
  return result.kind === 'redirect' ? result.topics !== undefined : result.keep !== false
}

/** Browsers take `//host` and `/\host` for another site; whatever a page puts together, it stays here. */
function safeLocation(location: string): string {
  const local = location.replace(/^[/\\]{2,}/, '/').toWellFormed()
  return encodeURI(local).replace(/%25([0-9a-f]{2})/gi, '%$1')
}
