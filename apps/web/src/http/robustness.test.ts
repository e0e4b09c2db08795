import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer

beforeAll(async () => {
  server = await openTestServer({
    limits: { headersTimeoutMs: 100, requestTimeoutMs: 200, idleTimeoutMs: 400, maxBodyBytes: 1_000 },
  })
})

afterAll(() => server.close())

const head = 'Host: a\r\nConnection: close\r\n'
const get = (target: string, headers = head) => `GET ${target} HTTP/1.1\r\n${headers}\r\n`
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1])

describe('a request', () => {
  it.each([
    ['with a path that never ends', get(`/${'a'.repeat(9_000)}`), 414],
    ['with a query that never ends', get(`/posts/hello?q=${'a'.repeat(9_000)}`), 414],
    ['with a path longer than all headers may be', get(`/${'a'.repeat(100_000)}`), 431],
    ['with huge headers', get('/', `${head}X: ${'a'.repeat(100_000)}\r\n`), 431],
    ['with very many headers', get('/', `${head}${'X: a\r\n'.repeat(20_000)}`), 431],
    ['with a broken percent-escape', get('/posts/%E0%A4%A'), 400],
    ['with a percent-escape of no character', get('/%ff'), 400],
    ['with an escaped null byte', get('/posts/hello%00.html'), 400],
    ['with a null byte', get('/posts/\0hello'), 400],
    ['that climbs', get('/../../etc/passwd'), 400],
    ['that climbs in disguise', get('/assets/%2e%2e%2f%2e%2e%2fetc/passwd'), 400],
    ['that climbs with backslashes', get('/assets/..\\..\\etc\\passwd'), 400],
    ['for another host', get('//evil.example/%2e%2e'), 400],
    ['without a host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['in another protocol', 'EHLO mail.example\r\n\r\n', 400],
    ['of a TLS client', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['of a method that nobody has', `BREW / HTTP/1.1\r\n${head}\r\n`, 400],
    [
      'with a header that is folded',
      get('/', `${head}X: a\r\n b: c\r\nContent-Length: 0\r\nContent-Length: 1\r\n`),
      400,
    ],
    ['with two lengths', get('/', `${head}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n`), 400],
    ['with a length that is none', get('/', `${head}Content-Length: many\r\n`), 400],
    [
      'that wants to switch protocols',
      get('/posts/hello', 'Host: a\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n'),
      200,
    ],
    ['that wants to be asked for its body', get('/posts/hello', `${head}Expect: 100-continue\r\n`), 200],
    ['through a proxy', get('http://example.org/posts/hello'), 200],
    ['for everything', `OPTIONS * HTTP/1.1\r\n${head}\r\n`, 400],
    ['of the last century', 'GET /posts/hello HTTP/1.0\r\n\r\n', 200],
  ])('%s is answered', async (_, bytes, status) => {
    const answer = await server.sendRaw(Buffer.from(bytes, 'latin1'))
    const last = answer.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '')
    expect(statusOf(last)).toBe(status)
    expect(last).toMatch(/Content-Security-Policy: |Connection: close\r\n/)
  })

  it('never leads to another host', async () => {
    const tricks = [
      '//evil.example/',
      '///evil.example//',
      '/\\evil.example/',
      '/%2Fevil.example/',
      '/%5cevil.example/',
      '/.//evil.example/',
    ]
    for (const trick of tricks) {
      const location = /\r\nLocation: (.*)\r\n/.exec(await server.sendRaw(get(trick)))?.[1] ?? '/'
      expect(new URL(location, 'https://example.org').origin).toBe('https://example.org')
    }
  })
})

describe('a body that nobody asked for', () => {
  it('is read past, and ends the connection, so that nothing of it passes for a request', async () => {
    const smuggled = get('/posts/hello')
    const bytes = `GET /posts/hello HTTP/1.1\r\nHost: a\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}${smuggled}`
    const answer = await server.sendRaw(bytes)
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(1)
    expect(answer).toContain('Connection: close')
  })

  it('does not go on for ever', async () => {
    const sent = await new Promise<number>((resolve) => {
      let bytes = 0
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write('POST /posts/hello HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
        send()
      })
      const send = () => {
        bytes += 1024
        if (!socket.destroyed) socket.write(`400\r\n${'a'.repeat(1024)}\r\n`, () => setImmediate(send))
      }
      socket.on('error', () => {})
      socket.on('close', () => resolve(bytes))
      socket.resume()
    })
    expect(sent).toBeLessThan(100_000_000)
  })
})

describe('a slow client', () => {
  it.each([
    ['that never sends anything', ''],
    ['that stops in its headers', 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow'],
    ['that stops in its body', 'POST /posts/hello HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\na'],
  ])('%s is left', async (_, bytes) => {
    const answer = await server.sendRaw(bytes, { silentMs: 15_000 })
    expect(answer === '' || [408, 405].includes(statusOf(answer))).toBe(true)
  })

  it('cannot keep its headers going byte by byte', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        const drip = setInterval(() => socket.write('a'), 20)
        socket.on('close', () => {
          clearInterval(drip)
          resolve()
        })
      })
      socket.on('error', () => {})
      socket.write('GET / HTTP/1.1\r\nX: ')
      socket.resume()
    })
  })

  it('does not keep others waiting', async () => {
    const sockets = Array.from({ length: 50 }, () => {
      const socket = connect(server.port, '127.0.0.1', () => socket.write('GET / HT'))
      return socket.on('error', () => {})
    })
    expect((await server.ask('/posts/hello')).status).toBe(200)
    for (const socket of sockets) socket.destroy()
  })
})

describe('whatever comes over the wire', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'GET ',
      'POST ',
      '/',
      '/posts/hello',
      ' HTTP/1.1\r\n',
      '\r\n',
      'Host: a\r\n',
      '%',
      '%00',
      '..',
      '//',
      '\\',
      '?q=',
    ),
    fc.constantFrom(
      'Range: bytes=',
      'If-None-Match: ',
      'Accept-Encoding: ',
      'Content-Length: ',
      'Transfer-Encoding: chunked\r\n',
      '*',
      ';q=',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
  )

  it('is answered with less than 500, or with a closed connection', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const answer = await server.sendRaw(Buffer.from(`${pieces.join('')}\r\n\r\n`), { silentMs: 4_000 })
        for (const [, status] of answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)) expect(Number(status)).toBeLessThan(500)
      }),
      { numRuns: 60 },
    )
    expect((await server.ask('/posts/hello')).status).toBe(200)
    expect(server.errors).toEqual([])
  }, 60_000)

  it('in a well-formed request is answered with less than 500, at once', async () => {
    const name = fc.constantFrom(
      'Range',
      'If-Range',
      'If-None-Match',
      'If-Match',
      'Accept-Encoding',
      'Accept',
      'Cookie',
      'Referer',
      'X',
    )
    const value = fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.replace(/\p{Cc}/gu, ' '))
    const target = fc.oneof(
      fc.constantFrom('/posts/hello', '/posts/hello?preview=', '/assets/', '/static/', '/ready?format=', '/'),
      fc.constantFrom('/assets/0123456789abcdef/'),
    )
    await fc.assert(
      fc.asyncProperty(
        target,
        value,
        fc.array(fc.tuple(name, value), { maxLength: 4 }),
        async (start, end, headers) => {
          const path = start + encodeURI(end.toWellFormed()).replaceAll('#', '')
          const lines = headers.map(([header, text]) => `${header}: ${text}\r\n`).join('')
          const answer = await server.sendRaw(get(path, head + lines))
          expect(statusOf(answer)).toBeGreaterThanOrEqual(200)
          expect(statusOf(answer)).toBeLessThan(500)
        },
      ),
      { numRuns: 300 },
    )
    expect(server.errors).toEqual([])
  }, 60_000)
})
