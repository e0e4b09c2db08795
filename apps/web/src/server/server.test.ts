import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { openSocket } from '@atoll/live/testing'
import { encodeToken, RepoError } from '@atoll/repo'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { stampVersion } from '../cache/page-version.ts'
import type { Page, Route } from '../page.ts'
import { createFakeRepo, type FakeReader, tokenAt } from '../testing/fake-repo.ts'
import { openTestServer, pageOf, type TestServer, type TestServerOptions } from '../testing/test-server.ts'
import { signPreview } from './preview.ts'
import type { SiteQueries } from './server.ts'

let server: TestServer

afterEach(() => server?.close())

async function open(options?: TestServerOptions) {
  server = await openTestServer(options)
  return server
}

describe('a page', () => {
  it('is public, asks to be checked each time, and sets no cookie', async () => {
    const { status, headers, text } = await (await open()).ask('/posts/hello')
    expect([status, text]).toEqual([200, String(stampVersion(Buffer.from(pageOf('A site: Hello'))).body)])
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'public, no-cache',
      vary: 'Accept-Encoding',
      'content-length': String(Buffer.byteLength(text)),
    })
    expect(headers.etag).toMatch(/^"[\w-]+"$/)
    expect(headers['set-cookie']).toBeUndefined()
  })

  it.each(['uncached', 'cached'])('comes in the encoding a reader prefers, %s', async (how) => {
    const { ask } = await open()
    const brotli = { headers: { 'accept-encoding': 'gzip, br' } }
    if (how === 'cached') await ask('/posts/hello', brotli)
    const { headers, body } = await ask('/posts/hello', brotli)
    expect(headers['content-encoding']).toBe('br')
    expect(String(brotliDecompressSync(body))).toBe(String(stampVersion(Buffer.from(pageOf('A site: Hello'))).body))
    expect((await ask('/posts/hello')).headers.etag).not.toBe(headers.etag)
  })

  it.each(['uncached', 'cached'])('is not sent again to who has it, %s', async (how) => {
    const { ask, repo } = await open()
    const { etag } = (await ask('/posts/hello')).headers
    if (how === 'uncached') repo.publish({}, ['post:hello'])
    const again = await ask('/posts/hello', { headers: { 'if-none-match': etag! } })
    expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, etag])
    expect(again.headers['content-length']).toBeUndefined()
    repo.publish({ hello: 'Changed' }, ['post:hello'])
    expect((await ask('/posts/hello', { headers: { 'if-none-match': etag! } })).status).toBe(200)
  })

  it.each(['uncached', 'cached'])('has the same headers for HEAD and no body, %s', async (how) => {
    const { ask } = await open()
    const whole = how === 'cached' ? await ask('/posts/hello') : undefined
    const head = await ask('/posts/hello', { method: 'HEAD' })
    const { date: _, ...headers } = head.headers
    expect([head.status, head.body.length]).toEqual([200, 0])
    expect({ ...(whole ?? (await ask('/posts/hello'))).headers }).toMatchObject(headers)
  })

  it('shows a change from the moment it is committed', async () => {
    const { ask, repo } = await open()
    await ask('/posts/hello')
    repo.publish({ hello: 'Changed' }, ['post:hello'])
    expect((await ask('/posts/hello')).text).toContain('Changed')
    repo.publish({ site: 'Renamed' }, ['site'])
    expect((await ask('/posts/hello')).text).toContain('Renamed: Changed')
  })

  it('is kept once, whatever its visitors add to its address', async () => {
    const list: Page = async ({ url }) => ({ kind: 'page', body: pageOf(`query ${url.search}`), topics: [] })
    const { ask, cache } = await open({ routes: [['GET', '/list', list, { query: ['q', 'page'] }]] })
    const spellings = [
      '/list?q=a&page=2',
      '/list?page=2&q=a&utm_source=x',
      '/list?fbclid=1&q=a&q=b&page=2',
      '/l%69st?q=a&page=2',
    ]
    for (const spelling of spellings) expect((await ask(spelling)).text).toContain('query ?q=a&page=2<')
    expect(cache.size).toBe(1)
    expect((await ask('/list?q=&utm_source=<script>')).text).toContain('query <')
  })

  it('is found without its trailing slash', async () => {
    const { ask } = await open()
    const { status, headers } = await ask('/posts/hello/?utm_source=x')
    expect([status, headers.location]).toEqual([308, '/posts/hello'])
    expect((await ask('//evil.example/')).headers.location).toBeUndefined()
    expect((await ask('/posts/%2F%2Fevil.example/')).headers.location).toBe('/posts/%2F%2Fevil.example')
  })

  it('that is missing is a page with status 404, kept once for all that is missing', async () => {
    let renders = 0
    const missingPage: Page = async () => {
      renders++
      return { kind: 'page', status: 404, body: pageOf('Nothing here'), topics: [] }
    }
    const { ask, cache } = await open({ missingPage })
    for (const path of ['/posts/none', '/nowhere', '/no/where', '/nowhere/', '//nowhere']) {
      const { status, text, headers } = await ask(path, { headers: { 'if-none-match': '*' } })
      expect([status, text, headers['cache-control']]).toEqual([404, pageOf('Nothing here'), 'public, no-cache'])
    }
    expect([renders, cache.size]).toEqual([1, 1])
  })

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'])(
    'refuses %s and says what it allows',
    async (method) => {
      const { ask } = await open()
      await ask('/posts/hello')
      const { status, headers } = await ask('/posts/hello', { method })
      expect([status, headers.allow]).toEqual([405, 'GET, HEAD'])
    },
  )

  it('may be a redirect, which is kept if it says what it depends on', async () => {
    const redirect: Page = async ({ reader }) => ({
      kind: 'redirect',
      status: 301,
      location: `/posts/${await (reader as FakeReader).read('to')}`,
      topics: ['permalinks'],
    })
    const repo = createFakeRepo({ to: 'a' })
    const { ask, cache } = await open({ repo, routes: [['GET', '/old', redirect]] })
    await ask('/old')
    expect(cache.size).toBe(1)
    expect(await ask('/old')).toMatchObject({ status: 301, headers: { location: '/posts/a' } })
    repo.publish({ to: 'b' }, ['permalinks'])
    expect((await ask('/old')).headers.location).toBe('/posts/b')
  })
})

describe('a scheduled post', () => {
  it('appears by itself when its time comes', async () => {
    const at = '2026-01-01T12:00:05Z'
    const nextScheduled: SiteQueries['nextScheduled'] = async (_, time) =>
      time < at ? { at, slugs: ['new'] } : undefined
    const list: Page = async ({ now }) => ({ kind: 'page', body: now < at ? 'nothing yet' : 'here', topics: ['posts'] })
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: new Date('2026-01-01T12:00:00.500Z') })
    try {
      const { ask } = await open({
        routes: [['GET', '/list', list]],
        queries: { nextScheduled },
      })
      expect((await ask('/list')).text).toBe('nothing yet')
      vi.advanceTimersByTime(4_499)
      expect((await ask('/list')).text).toBe('nothing yet')
      vi.advanceTimersByTime(1)
      expect((await ask('/list')).text).toBe('here')
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('a failure', () => {
  const failing: Page = async () => {
    throw new Error('the secret cause')
  }

  it('is a page with status 500 and a number, and a line in the log with the cause', async () => {
    const { ask, errors } = await open({ routes: [['GET', '/broken', failing]] })
    const { status, text, headers } = await ask('/broken')
    expect([status, headers['cache-control']]).toEqual([500, 'no-store'])
    expect(text).not.toContain('secret cause')
    expect(text).toContain(headers['x-request-id'])
    expect(errors).toMatchObject([
      { requestId: headers['x-request-id'], url: '/broken', err: { message: 'the secret cause' } },
    ])
  })

  it('has the number that a proxy gave to the request, if it is one', async () => {
    const { ask, errors } = await open({ routes: [['GET', '/broken', failing]] })
    const named = await ask('/broken', { headers: { 'x-request-id': '01JD-from-a-proxy' } })
    expect(named.headers['x-request-id']).toBe('01JD-from-a-proxy')
    const unnamed = await ask('/broken', { headers: { 'x-request-id': '"}{"forged":"' } })
    expect(unnamed.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(errors).toMatchObject([named, unnamed].map(({ headers }) => ({ requestId: headers['x-request-id'] })))
  })

  it('does not put preview tokens into the log', async () => {
    const { ask, errors } = await open({ routes: [['GET', '/broken', failing]] })
    await ask('/broken?preview=secret&q=search')
    expect(errors).toMatchObject([{ url: '/broken?preview=…&q=search' }])
  })

  it('is a plain line when the failure page fails as well', async () => {
    const failurePage = () => {
      throw new Error('this too')
    }
    const { ask, errors } = await open({ routes: [['GET', '/broken', failing]], failurePage })
    expect((await ask('/broken')).text).toBe('500 Internal Server Error')
    expect(errors).toHaveLength(2)
  })

  it('of the database asks to try again', async () => {
    const { ask, repo } = await open()
    repo.fail(new RepoError('thread_ended', 'gone'))
    const { status, headers } = await ask('/posts/hello')
    expect([status, headers['retry-after']]).toEqual([503, '2'])
  })

  it('carries the security headers', async () => {
    const { ask } = await open({ routes: [['GET', '/broken', failing]] })
    expect((await ask('/broken')).headers['content-security-policy']).toContain("default-src 'none'")
  })
})

describe('a stalled database', () => {
  it('leaves cached pages as they are; others are answered with 503, and come back with it', async () => {
    const { ask, repo, health } = await open({
      repo: createFakeRepo({ a: 'A', b: 'B' }),
      limits: { renderTimeoutMs: 30 },
    })
    await ask('/posts/a')
    repo.stall()
    expect((await ask('/posts/a')).status).toBe(200)
    const { status, headers } = await ask('/posts/b')
    expect([status, headers['retry-after']]).toEqual([503, '2'])
    expect(await health.check()).toMatchObject({ status: 'unavailable', reasons: ['the database does not answer'] })
    repo.resume()
    expect((await ask('/posts/b')).text).toContain('B')
    expect((await ask('/ready')).status).toBe(200)
  })

  it('does not collect readers without end', async () => {
    const { ask, repo } = await open({ limits: { renderTimeoutMs: 50, maxRenders: 3 } })
    repo.stall()
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => ask(`/posts/${index}`)))
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(503))
  })
})

describe('every answer', () => {
  it.each(['/posts/hello', '/nowhere', '/health', '/ready', '/assets/none', '/static/none', '/%', '/posts/hello/'])(
    '%s tells the browser what it may do',
    async (path) => {
      const { headers } = await (await open()).ask(path)
      const policy = headers['content-security-policy']!
      for (const directive of [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
      ]) {
        expect(policy).toContain(directive)
      }
      expect(policy).not.toContain('unsafe')
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'strict-origin-when-cross-origin',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('camera=()'),
        'strict-transport-security': 'max-age=31536000',
      })
      expect(headers['x-powered-by']).toBeUndefined()
    },
  )

  it('leaves out what only makes sense over TLS where there is none', async () => {
    const { ask } = await open({ settings: { origin: 'http://localhost:4000' } })
    expect((await ask('/health')).headers['strict-transport-security']).toBeUndefined()
  })
})

describe('/health and /ready', () => {
  it('tell that the process is alive', async () => {
    const { status, text, headers } = await (await open()).ask('/health')
    expect([status, text, headers['content-type']]).toEqual([200, 'ok', 'text/plain; charset=utf-8'])
  })

  it('tell why it is not ready, as text and as JSON', async () => {
    const { ask, health } = await open()
    health.become('booting')
    expect(await ask('/health')).toMatchObject({ status: 200 })
    expect(await ask('/ready')).toMatchObject({ status: 503, text: 'unavailable\nbooting' })
    const json = { status: 'unavailable', phase: 'booting', reasons: ['booting'] }
    for (const asked of [ask('/ready?format=json'), ask('/ready', { headers: { accept: 'application/json' } })]) {
      const { text, headers } = await asked
      expect([JSON.parse(text), headers['content-type']]).toEqual([json, 'application/json'])
    }
  })

  it('count problems of the content as degraded', async () => {
    const { ask, health, reportImport } = await open()
    health.become('booting')
    reportImport({ problems: [{ severity: 'error' }, { severity: 'warning' }] })
    const { status, text } = await ask('/ready')
    expect(status).toBe(200)
    expect(text).toMatch(/^degraded\ncontent: .*1 error.*$/)
    reportImport({ problems: [] })
    expect((await ask('/ready')).text).toBe('ok')
  })

  it('find nothing wrong with a folder that is older than what was published', async () => {
    const { ask, health, reportImport } = await open()
    health.become('booting')
    reportImport({ problems: [], refused: 'newer content is in place' })
    expect((await ask('/ready')).text).toBe('ok')
  })
})

describe('a preview link', () => {
  it('shows a draft to who has it, and is kept by nobody', async () => {
    const secret = 'a secret that only tests know'
    const { ask, cache } = await open({ repo: createFakeRepo({ plan: 'draft of a plan', other: 'draft' }) })
    const token = signPreview(secret, 'plan', Date.now() + 60_000)
    const { status, text, headers } = await ask(`/posts/plan?preview=${token}`)
    expect([status, text]).toEqual([200, pageOf('A site: draft of a plan')])
    expect(headers).toMatchObject({ 'cache-control': 'private, no-store', 'x-robots-tag': 'noindex' })
    expect(cache.size).toBe(0)
    const expired = signPreview(secret, 'plan', Date.now() - 1000)
    const refused = [
      '/posts/plan',
      `/posts/other?preview=${token}`,
      `/posts/plan?preview=${expired}`,
      `/posts/plan?preview=x`,
    ]
    for (const path of refused) expect((await ask(path)).status).toBe(404)
  })
})

describe('static files', () => {
  it('never change under a hashed name, and are checked each time under a plain one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'static-'))
    writeFileSync(join(folder, 'app-1234.css'), 'body{}'.repeat(100))
    writeFileSync(join(folder, 'plain.js'), 'void 0')
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ 'app.css': 'app-1234.css' }))
    const { ask } = await open({ settings: { staticFolder: folder } })
    rmSync(folder, { recursive: true })
    for (const time of ['first', 'again']) {
      const { status, headers } = await ask('/static/app-1234.css', { headers: { 'accept-encoding': 'br' } })
      expect([time, status, headers['cache-control']]).toEqual([time, 200, 'public, max-age=31536000, immutable'])
      expect([headers['content-type'], headers['content-encoding']]).toEqual(['text/css; charset=utf-8', 'br'])
    }
    expect((await ask('/static/plain.js')).headers['cache-control']).toBe('public, no-cache')
    for (const path of ['/static/manifest.json', '/static/none.js', '/static/app-1234.css/x']) {
      expect((await ask(path)).status).toBe(404)
    }
  })
})

/** A page whose text is a part. */
const partsRoute: Route = [
  'GET',
  '/posts/:slug',
  async ({ reader }) => {
    const text = await (reader as FakeReader).read('hello')
    const body = `<!doctype html><html><title>${text}</title><body><p data-live="text">${text}</p></body></html>`
    return { kind: 'page', body, topics: ['post:hello'] }
  },
]

describe('an open page', () => {
  it('is told what changed, in its own parts', async () => {
    const { repo, port } = await open({ routes: [partsRoute] })
    const socket = await openSocket(port)
    socket.say({ do: 'watch', page: '/posts/hello', version: '' })
    const whole = await socket.heard('page')
    repo.publish({ hello: 'Bye' }, ['post:hello'])
    const change = await socket.heard('page')
    expect(change).toMatchObject({ from: whole.version, title: 'Bye', parts: { text: '<p data-live="text">Bye</p>' } })
    socket.close()
  })

  it('is shown nothing older than what its reader saw on another node', async () => {
    const { repo, port, ask } = await open({ routes: [partsRoute] })
    await ask('/posts/hello')
    repo.stall()
    const socket = await openSocket(port)
    socket.say({ do: 'watch', page: '/posts/hello', version: '', seen: encodeToken(tokenAt(2)) })
    socket.say({ do: 'beat', isAsking: true })
    await socket.heard('beat')
    repo.publish({ hello: 'Second' }, ['post:hello'])
    repo.resume()
    expect(await socket.heard('page')).toMatchObject({ title: 'Second' })
    socket.close()
  })

  it('is answered at its address only when it asks for a WebSocket', async () => {
    const { ask } = await open()
    expect((await ask('/live')).status).toBe(426)
    expect((await ask('/live/say', { method: 'POST', body: 'nonsense' })).status).toBe(400)
    expect((await ask('/posts/hello', { headers: { connection: 'upgrade', upgrade: 'h2c' } })).status).toBe(200)
  })
})

describe('close', () => {
  it('answers what was asked, ends idle connections, and takes no more', async () => {
    const { repo, sendRaw, close, port, ask } = await open()
    await ask('/posts/other')
    const idle = sendRaw('GET /health HTTP/1.1\r\nHost: a\r\n\r\n')
    repo.stall()
    const waiting = ask('/posts/hello', { headers: { connection: 'keep-alive' } })
    // The request is known to have arrived once a later one on another connection was answered.
    await ask('/health')
    const closed = Promise.all([close(), close()])
    expect(await idle).toContain('ok')
    repo.resume()
    const answer = await waiting
    expect([answer.status, answer.headers.connection]).toEqual([200, 'close'])
    await closed
    await expect(ask('/health')).rejects.toMatchObject({ code: 'ECONNREFUSED', port })
  })

  it('ends what takes too long', async () => {
    const { repo, ask, close } = await open({ limits: { closeTimeoutMs: 30 } })
    repo.stall()
    const waiting = ask('/posts/hello')
    const failed = expect(waiting).rejects.toThrow()
    await ask('/health')
    await close()
    await failed
  })

  it('says nothing of a page that is finished after the database closed, for nobody', async () => {
    let onAnswer = () => {}
    const metrics = { countCached() {}, countAnswer: () => onAnswer() }
    const { repo, port, errors, ask, close } = await open({ metrics })
    repo.stall()
    const socket = connect(port, '127.0.0.1', () => socket.write('GET /posts/hello HTTP/1.1\r\nHost: a\r\n\r\n'))
    await once(socket, 'connect')
    await ask('/health')
    socket.destroy()
    await close()
    const answered = new Promise<void>((resolve) => (onAnswer = resolve))
    repo.fail(new RepoError('closed', 'the repo is closed'))
    repo.resume()
    await answered
    expect(errors).toEqual([])
  })

  it('shows a reader nothing older than his token as long as it answers', async () => {
    const { repo, ask, close } = await open()
    await ask('/posts/hello')
    repo.stall()
    const waiting = ask('/posts/hello', { headers: { 'atoll-token': encodeToken(tokenAt(2)) } })
    await ask('/health')
    const closed = close()
    await vi.waitFor(() => expect(ask('/health')).rejects.toMatchObject({ code: 'ECONNREFUSED' }))
    repo.publish({ hello: 'Second' }, ['post:hello'])
    repo.resume()
    expect((await waiting).text).toContain('Second')
    await closed
  })

  it('says draining to who still asks', async () => {
    const { repo, sendRaw, close } = await open()
    repo.stall()
    const slow = 'GET /posts/hello HTTP/1.1\r\nHost: a\r\n\r\n'
    const both = sendRaw(`${slow}GET /ready HTTP/1.1\r\nHost: a\r\n\r\n`)
    await server.ask('/health')
    const closed = close()
    repo.resume()
    expect(await both).toMatch(/^HTTP\/1\.1 200/)
    await closed
    expect((await server.health.check()).phase).toBe('draining')
  })
})

describe('openServer', () => {
  it('rejects when the port is taken', async () => {
    const { port } = await open()
    await expect(openTestServer({ settings: { port } })).rejects.toMatchObject({ code: 'EADDRINUSE', port })
  })

  it('tells where it listens', async () => {
    const { address, port } = await open({ settings: { host: '::1' } })
    expect(address).toBe(`http://[::1]:${port}`)
  })
})
