import type { Site } from '@atoll/blog'
import { describe, expect, it } from 'vitest'
import { createSecurityHeaders } from '../http/security-headers.ts'
import type { Page } from '../page.ts'
import { createFakeRepo, type FakeReader } from '../testing/fake-repo.ts'
import { keep } from './keep.ts'
import { PageCache } from './page-cache.ts'
import { createRenderer, type RenderRequest } from './renderer.ts'

/** A page that pauses where a test says, and reads then. */
function pausedPage(topics = ['posts']) {
  const begun: (() => void)[] = []
  let reachPause = () => {}
  const page: Page = async ({ reader, site, now }) => {
    await new Promise<void>((resolve) => {
      begun.push(resolve)
      reachPause()
    })
    const text = await (reader as FakeReader).read('text')
    return { kind: 'page', body: `${site.title} ${text} ${now}`, topics }
  }
  return {
    page,
    get renders() {
      return begun.length
    },
    async paused(count: number) {
      while (begun.length < count) await new Promise<void>((resolve) => (reachPause = resolve))
    },
    goOn: (index: number) => begun[index]!(),
  }
}

function open({ page = pausedPage(), time = { now: new Date('2026-01-01T00:00:00Z') }, limits = {} } = {}) {
  const repo = createFakeRepo({ text: 'old', site: 'Site' })
  const cache = new PageCache()
  repo.onCommit((notice) => cache.dropCommit(notice))
  const keeping = { repo, drops: cache.drops, now: () => time.now }
  const loadOverview = async () => ({ total: 1, tags: [] })
  const loadSite = async (reader: object) => ({ title: await (reader as FakeReader).read('site') }) as Site
  const renderer = createRenderer({
    repo,
    cache,
    site: keep({ ...keeping, load: loadSite, topics: ['site'] }),
    overview: keep({ ...keeping, load: loadOverview, topics: ['titles'] }),
    origin: 'https://example.org',
    securityHeaders: createSecurityHeaders({ origin: 'https://example.org' }),
    maxRenders: 10,
    renderTimeoutMs: 5_000,
    now: () => time.now,
    ...limits,
  })
  const render = async (request: Partial<RenderRequest> = {}) => {
    const rendered = (await renderer.look({ key: '/page', page: page.page, params: {}, ...request }))?.representation
    return rendered?.identity.body.toString()
  }
  return { repo, cache, renderer, page, render, time }
}

describe('render', () => {
  it('renders once for all who ask at the same time, and keeps the page', async () => {
    const { render, page, cache } = open()
    const both = [render(), render()]
    await page.paused(1)
    page.goOn(0)
    expect(await Promise.all(both)).toEqual(Array(2).fill('Site old 2026-01-01T00:00:00Z'))
    await render()
    expect([page.renders, cache.size]).toEqual([1, 1])
  })

  it('does not keep what was read before a change that was announced meanwhile', async () => {
    const { repo, render, page, cache } = open({ page: readingFirst() })
    const early = render()
    await page.paused(1)
    repo.publish({ text: 'new' }, ['posts'])
    page.goOn(0)
    expect(await early).toContain('old')
    expect(cache.size).toBe(0)
  })

  it('keeps what was read before a change of other topics', async () => {
    const { repo, render, page, cache } = open({ page: readingFirst() })
    const early = render()
    await page.paused(1)
    repo.publish({ text: 'new' }, ['projects'])
    page.goOn(0)
    await early
    expect(cache.size).toBe(1)
  })

  it('keeps what was read after a change whose announcement comes late', async () => {
    const { repo, render, page, cache } = open()
    await warmSite(render, page)
    const commit = repo.write({ text: 'new' })
    const rendered = render({ key: '/other' })
    await page.paused(2)
    page.goOn(1)
    expect(await rendered).toContain('new')
    repo.announce(commit, ['projects'])
    expect(cache.get('/other')).toBeDefined()
  })

  it('does not join a render that began before a change, for a reader who may know of it', async () => {
    const { repo, render, page, cache } = open({ page: readingFirst() })
    const early = render()
    await page.paused(1)
    repo.publish({ text: 'new' }, ['posts'])
    const late = render()
    await page.paused(2)
    page.goOn(1)
    expect(await late).toContain('new')
    page.goOn(0)
    expect(await early).toContain('old')
    expect(cache.get('/page')!.identity.body.toString()).toContain('new')
  })

  it('does not keep a page with settings of the site from before their change, even when its data is newer', async () => {
    const { repo, render, page, cache } = open()
    await warmSite(render, page)
    const commit = repo.write({ site: 'Renamed', text: 'new' })
    // The settings in memory are the old ones, the text is read after the commit, and the announcement comes last.
    const rendered = render({ key: '/other' })
    await page.paused(2)
    page.goOn(1)
    expect(await rendered).toContain('Site new')
    repo.announce(commit, ['site'])
    expect(cache.get('/other')).toBeUndefined()
    const again = render({ key: '/other' })
    await page.paused(3)
    page.goOn(2)
    expect(await again).toContain('Renamed new')
  })

  it('does not keep a page made for a time before a scheduled one that passed meanwhile', async () => {
    const { render, page, cache, time } = open()
    const early = render()
    await page.paused(1)
    time.now = new Date('2026-01-01T00:00:05Z')
    cache.dropTime({ at: '2026-01-01T00:00:05Z', topics: ['posts'] })
    const late = render()
    await page.paused(2)
    page.goOn(0)
    expect(await early).toContain('00:00:00Z')
    expect(cache.size).toBe(0)
    page.goOn(1)
    expect(await late).toContain('00:00:05Z')
    expect(cache.size).toBe(1)
  })

  it('gives up waiting, but not the work: the page is there for who asks later', async () => {
    const { render, page, cache } = open({ limits: { renderTimeoutMs: 10 } })
    await expect(render()).rejects.toMatchObject({ code: 'timed_out' })
    page.goOn(0)
    await page.paused(1)
    await new Promise((resolve) => setImmediate(resolve))
    expect(cache.size).toBe(1)
  })

  it('refuses more renders than it can hold, not more readers', async () => {
    const { render, page } = open({ limits: { maxRenders: 1 } })
    const running = [render(), render()]
    await expect(render({ key: '/second' })).rejects.toMatchObject({ code: 'too_many' })
    await page.paused(1)
    page.goOn(0)
    await Promise.all(running)
    const next = render({ key: '/second' })
    await page.paused(2)
    page.goOn(1)
    await next
  })

  it('refuses more renders for one reader each than it can hold, and others are not kept waiting by them', async () => {
    const { renderer, render, page } = open({ limits: { maxRenders: 1 } })
    const request = { key: '/page', page: page.page, params: {}, notice: 'lost' as const }
    const running = [renderer.renderPrivately(request), render()]
    await expect(renderer.renderPrivately(request)).rejects.toMatchObject({ code: 'too_many' })
    await page.paused(2)
    page.goOn(0)
    page.goOn(1)
    await Promise.all(running)
  })

  it('tells all who wait when a page fails, and tries again for the next', async () => {
    let failures = 1
    const failing: Page = async () => {
      if (failures-- > 0) throw new Error('broken')
      return { kind: 'page', body: 'mended', topics: [] }
    }
    const { render } = open()
    const results = await Promise.allSettled([render({ page: failing }), render({ page: failing })])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await render({ page: failing })).toBe('mended')
  })

  it('keeps neither what a page does not want kept, nor what is missing', async () => {
    const { render, cache } = open()
    await render({ page: async () => ({ kind: 'page', body: 'now', topics: [], keep: false }) })
    expect(await render({ key: '/none', page: async () => ({ kind: 'missing' }) })).toBeUndefined()
    expect(cache.size).toBe(0)
  })

  it('drops a page when the time of a post has come that was not in the overview it shows', async () => {
    const { renderer, cache, time } = open()
    const page: Page = async ({ overview }) => {
      return { kind: 'page', body: String((await overview()).total), topics: ['titles'] }
    }
    await renderer.look({ key: '/one', page, params: {} })
    time.now = new Date('2026-01-01T00:01:00Z')
    await renderer.look({ key: '/two', page, params: {} })
    cache.dropTime({ at: '2026-01-01T00:01:00Z', topics: ['titles'] })
    expect(cache.get('/two')).toBeUndefined()
  })

  it('sends redirects to this site only, unless they name another whole', async () => {
    const { renderer } = open()
    const locationOf = async (location: string) => {
      const page: Page = async () => ({ kind: 'redirect', status: 301, location })
      const rendered = (await renderer.look({ key: location, page, params: {} }))?.representation
      const { headers } = rendered!.identity
      return headers[headers.indexOf('Location') + 1]
    }
    expect(await locationOf('/posts/hello')).toBe('/posts/hello')
    expect(await locationOf('//evil.example')).toBe('/evil.example')
    expect(await locationOf('/\\evil.example')).toBe('/evil.example')
    expect(await locationOf('/\t/evil.example')).toBe('/%09/evil.example')
    expect(await locationOf('/日本')).toBe('/%E6%97%A5%E6%9C%AC')
    expect(await locationOf('/%E6%97%A5')).toBe('/%E6%97%A5')
    expect(await locationOf('/a\r\nSet-Cookie: b')).toBe('/a%0D%0ASet-Cookie:%20b')
  })
})

/** As `pausedPage`, but what it shows is read before the pause. */
function readingFirst() {
  const paused = pausedPage()
  const page: Page = async (request) => {
    const text = await (request.reader as FakeReader).read('text')
    await paused.page({ ...request, reader: { read: async () => text } as never })
    return { kind: 'page', body: `${request.site.title} ${text}`, topics: ['posts'] }
  }
  return { ...paused, page, paused: paused.paused, goOn: paused.goOn }
}

async function warmSite(render: () => Promise<unknown>, page: ReturnType<typeof pausedPage>) {
  const first = render()
  await page.paused(1)
  page.goOn(0)
  await first
}
