import { encodeToken, type Token } from '@atoll/repo'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFakeRepo, type FakeRepo, tokenAt } from '../testing/fake-repo.ts'
import { type AskOptions, openTestServer, type TestServer } from '../testing/test-server.ts'

let repo: FakeRepo
let server: TestServer

beforeEach(async () => {
  repo = createFakeRepo({ hello: 'Hello' })
  server = await openTestServer({
    repo,
    queries: {
      findAsset: async (reader, name) =>
        (await (reader as ReturnType<FakeRepo['reader']>).read(name)) === undefined
          ? undefined
          : { name, source: name, contentType: 'text/plain', hash: '0123456789abcdef', size: 1, isExternal: false },
      readBlob: async () => ({ contentType: 'text/plain', bytes: Buffer.from('x') }),
    },
  })
})
afterEach(() => server.close())

const askWith = (token: Token | string, path = '/posts/hello', options: AskOptions = {}) => {
  const text = typeof token === 'string' ? token : encodeToken(token)
  return server.ask(path, { ...options, headers: { cookie: `atoll-token=${text}`, ...options.headers } })
}

describe('a reader with a token', () => {
  it('is shown the cached page when this node has what he saw', async () => {
    await server.ask('/posts/hello')
    const { headers, text } = await askWith(tokenAt(1))
    expect(text).toContain('Hello')
    expect(headers['atoll-token']).toBe(encodeToken(tokenAt(1)))
    expect(server.cache.size).toBe(1)
  })

  it('is given the token of what he sees, so that no other node shows him less', async () => {
    repo.publish({ hello: 'Second' }, ['post:hello'])
    const { headers } = await askWith(tokenAt(1))
    expect(headers['set-cookie']?.[0]).toContain(`atoll-token=${encodeToken(tokenAt(2))};`)
    expect(headers['cache-control']).toBe('private, no-cache')
    const again = await askWith(tokenAt(2), '/posts/hello', { headers: { 'if-none-match': headers.etag! } })
    expect(again.status).toBe(304)
    expect(again.headers['cache-control']).toBe('private, no-cache')
  })

  it('is shown what only the primary has, and nobody else is', async () => {
    await server.ask('/posts/hello')
    repo.primary = { values: { hello: 'Newer', site: 'A site' }, commit: 6 }
    const ahead = await askWith(tokenAt(5))
    expect(ahead.text).toContain('Newer')
    expect(ahead.headers['atoll-token']).toBe(encodeToken(tokenAt(6)))
    expect((await server.ask('/posts/hello')).text).toContain('Hello')
  })

  it('gets pictures of content that has not arrived', async () => {
    expect((await server.ask('/assets/new.txt')).status).toBe(404)
    repo.primary = { values: { 'new.txt': 'there' }, commit: 6 }
    expect((await askWith(tokenAt(5), '/assets/new.txt')).status).toBe(200)
    expect((await server.ask('/assets/new.txt')).status).toBe(404)
  })

  it('is told when the primary cannot be asked, and keeps his token', async () => {
    const { status, text, headers } = await askWith(tokenAt(5))
    expect(status).toBe(200)
    expect(text).toContain('may be older than what you saw')
    expect(headers['atoll-notice']).toBe('behind')
    expect(headers['atoll-token']).toBe(encodeToken(tokenAt(5)))
    expect((await server.ask('/posts/hello')).text).not.toContain('may be older')
  })

  it('is told once when what he saw was undone', async () => {
    const lost = { epoch: { number: 1, id: 'gone' }, commit: 9 }
    const { status, text, headers } = await askWith(lost)
    expect(status).toBe(200)
    expect(text).toContain('was undone')
    expect(headers['atoll-notice']).toBe('lost')
    expect(headers['atoll-token']).toBe(encodeToken(tokenAt(1)))
    const next = await askWith(headers['atoll-token'] as string)
    expect(next.text).not.toContain('was undone')
    expect(next.headers['atoll-notice']).toBeUndefined()
  })

  it('is an ordinary reader when the token is none', async () => {
    for (const text of ['', 'x', '1.2.3']) {
      const { status, headers } = await askWith(text)
      expect(status).toBe(200)
      expect(headers['set-cookie']).toBeUndefined()
    }
  })

  it('is shown a missing page of the primary as missing there', async () => {
    repo.primary = { values: { site: 'A site' }, commit: 6 }
    expect((await askWith(tokenAt(5), '/posts/nothing')).status).toBe(404)
  })

  it('is answered from the cache when the database is gone', async () => {
    await server.ask('/posts/hello')
    repo.fail(new Error('the mount is gone'))
    expect((await askWith(tokenAt(1))).text).toContain('Hello')
  })
})

describe('a reader without a token', () => {
  it('is never given one', async () => {
    const { headers } = await server.ask('/posts/hello')
    expect(headers['set-cookie']).toBeUndefined()
    expect(headers['atoll-token']).toBeUndefined()
  })
})
