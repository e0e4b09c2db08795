import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFakeRepo, type FakeReader, type FakeRepo } from '../testing/fake-repo.ts'
import { openTestServer, type TestServer } from '../testing/test-server.ts'
import type { AssetRecord } from './assets.ts'
import { openContentFile } from './content-file.ts'

const tom = '0123456789abcdef'
const svg = 'aaaaaaaaaaaaaaaa'
const film = 'ffffffffffffffff'

let folder: string
let repo: FakeRepo
let server: TestServer
let blobsRead: number

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'content-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(
    join(folder, 'assets/film.mp4'),
    Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 256)),
  )
  repo = createFakeRepo({
    [`blob ${tom}`]: 'picture of a cat called Tom',
    [`blob ${svg}`]: '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'name cats/tom.webp': tom,
    'name logo.svg': svg,
    'name /favicon.png': tom,
  })
  blobsRead = 0
  server = await openTestServer({ repo, queries: queries as never, settings: { contentFolder: folder } })
})

afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

const filmRecord: AssetRecord = {
  name: 'film.mp4',
  source: 'assets/film.mp4',
  contentType: 'video/mp4',
  hash: film,
  size: 300_000,
  isExternal: true,
}

const typeOf = (hash: string) => (hash === svg ? 'image/svg+xml' : 'image/webp')

const queries = {
  async findAsset(reader: FakeReader, name: string): Promise<AssetRecord | undefined> {
    if (name === 'film.mp4') return filmRecord
    const hash = await reader.read(`name ${name}`)
    return hash ? { name, source: name, contentType: typeOf(hash), hash, size: 9, isExternal: false } : undefined
  },
  findAssetByHash: async (_: FakeReader, hash: string) => (hash === film ? filmRecord : undefined),
  async readBlob(reader: FakeReader, hash: string) {
    blobsRead++
    const text = await reader.read(`blob ${hash}`)
    return text === undefined ? undefined : { contentType: typeOf(hash), bytes: Buffer.from(text) }
  },
}

describe('an icon of the site', () => {
  it('is where those look for it who read no page', async () => {
    const { status, headers, text } = await server.ask('/favicon.png')
    expect([status, text]).toEqual([200, 'picture of a cat called Tom'])
    expect(headers['cache-control']).toBe('public, no-cache')
    expect(await server.ask('/favicon.ico')).toMatchObject({ status: 404 })
  })
})

describe('an asset under the hash of its bytes', () => {
  it('never changes, whatever the end of its address says', async () => {
    for (const path of [`/assets/${tom}/tom.webp`, `/assets/${tom}/other.png`]) {
      const { status, headers, text } = await server.ask(path)
      expect([status, text]).toEqual([200, 'picture of a cat called Tom'])
      expect(headers).toMatchObject({
        'content-type': 'image/webp',
        'cache-control': 'public, max-age=31536000, immutable',
        etag: `"${tom}"`,
        'accept-ranges': 'bytes',
        'cross-origin-resource-policy': 'cross-origin',
      })
      expect(headers.vary).toBeUndefined()
    }
    expect([server.cache.size, blobsRead]).toEqual([1, 1])
  })

  it('is read once for all who ask at the same time', async () => {
    await Promise.all(Array.from({ length: 5 }, () => server.ask(`/assets/${tom}/tom.webp`)))
    expect(blobsRead).toBe(1)
  })

  it('is not sent again to who has it', async () => {
    const headers = { 'if-none-match': `"${tom}"` }
    expect(await server.ask(`/assets/${tom}/tom.webp`, { headers })).toMatchObject({ status: 304, text: '' })
  })

  it('is served while the database is stalled, once it was read', async () => {
    await server.ask(`/assets/${tom}/tom.webp`)
    repo.stall()
    expect((await server.ask(`/assets/${tom}/tom.webp`)).status).toBe(200)
  })

  it('may not be there', async () => {
    const { status, headers } = await server.ask('/assets/dddddddddddddddd/tom.webp')
    expect([status, headers['cache-control']]).toEqual([404, 'no-store'])
  })
})

describe('an asset under its name', () => {
  it.each([
    '/assets/cats/tom.webp',
    '/assets/images/cats/tom.webp',
    '/assets/cats/tom.png',
    '/assets/images/cats/tom.JPG',
  ])('%s is checked each time, and shows a change at once', async (path) => {
    const { status, headers } = await server.ask(path)
    expect([status, headers['cache-control'], headers['content-type']]).toEqual([200, 'public, no-cache', 'image/webp'])
    repo.publish({ 'name cats/tom.webp': svg }, ['asset:cats/tom.webp'])
    expect((await server.ask(path)).headers.etag).not.toBe(headers.etag)
  })

  it('is found under the name the original gave a drawing', async () => {
    repo.publish({ 'name map.svg': svg }, ['asset:map.svg'])
    const { status, headers } = await server.ask('/assets/images/map.webp')
    expect([status, headers['content-type']]).toEqual([200, 'image/svg+xml'])
  })

  it('gives way to a file that has the name itself', async () => {
    expect((await server.ask('/assets/logo.webp')).headers['content-type']).toBe('image/svg+xml')
    repo.publish({ 'name logo.webp': tom }, ['asset:logo.webp'])
    expect((await server.ask('/assets/logo.webp')).headers['content-type']).toBe('image/webp')
  })

  it('is kept in memory until it changes', async () => {
    await server.ask('/assets/cats/tom.webp')
    repo.stall()
    expect((await server.ask('/assets/cats/tom.webp')).status).toBe(200)
  })

  it('may not be there', async () => {
    for (const path of ['/assets/none.webp', '/assets/', '/assets', '/assets/images/']) {
      expect((await server.ask(path)).status).toBe(404)
    }
  })
})

describe('a drawing', () => {
  it('is compressed, and can do nothing when it is opened by itself', async () => {
    const { headers } = await server.ask('/assets/logo.svg')
    expect(headers['content-type']).toBe('image/svg+xml')
    expect(headers['content-security-policy']).toMatch(/^default-src 'none';.* sandbox$/)
    expect(headers.vary).toBe('Accept-Encoding')
  })
})

describe('a range', () => {
  it.each([
    ['bytes=0-6', 206, 'picture', 'bytes 0-6/27'],
    ['bytes=-3', 206, 'Tom', 'bytes 24-26/27'],
    ['bytes=24-', 206, 'Tom', 'bytes 24-26/27'],
    ['bytes=27-', 416, '', 'bytes */27'],
    ['bytes=0-1,3-4', 200, 'picture of a cat called Tom', undefined],
    ['lines=1-2', 200, 'picture of a cat called Tom', undefined],
  ])('%s of a picture is answered with %i', async (range, status, text, contentRange) => {
    for (const _ of ['uncached', 'cached']) {
      const answer = await server.ask(`/assets/${tom}/tom.webp`, { headers: { range } })
      expect([answer.status, answer.text, answer.headers['content-range']]).toEqual([status, text, contentRange])
      expect(answer.headers['content-length']).toBe(String(text.length))
    }
  })

  it('of other bytes than the reader has is answered with all of them', async () => {
    const ask = (ifRange: string) =>
      server.ask(`/assets/${tom}/tom.webp`, { headers: { range: 'bytes=0-6', 'if-range': ifRange } })
    expect((await ask(`"${tom}"`)).status).toBe(206)
    expect((await ask('"other"')).status).toBe(200)
    expect((await ask('Mon, 24 Nov 2025 00:00:00 GMT')).status).toBe(200)
  })

  it('is not sent when the bytes must be others', async () => {
    const headers = { range: 'bytes=0-6', 'if-match': '"other"' }
    expect((await server.ask(`/assets/${tom}/tom.webp`, { headers })).status).toBe(412)
  })

  it('is never compressed', async () => {
    const { headers, text } = await server.ask('/assets/logo.svg', {
      headers: { range: 'bytes=0-3', 'accept-encoding': 'br' },
    })
    expect([headers['content-encoding'], text]).toEqual([undefined, '<svg'])
  })
})

describe('a large file', () => {
  it.each([
    ['/assets/film.mp4', 'public, no-cache'],
    [`/assets/${film}/film.mp4`, 'public, max-age=31536000, immutable'],
  ])('comes from the content folder: %s', async (path, cacheControl) => {
    const whole = await server.ask(path)
    expect([whole.status, whole.body.length]).toEqual([200, 300_000])
    expect(whole.headers).toMatchObject({
      'content-type': 'video/mp4',
      'cache-control': cacheControl,
      etag: `"${film}"`,
    })
    const part = await server.ask(path, { headers: { range: 'bytes=256-259' } })
    expect([part.status, [...part.body]]).toEqual([206, [0, 1, 2, 3]])
    const head = await server.ask(path, { method: 'HEAD' })
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, '300000', 0])
    expect((await server.ask(path, { headers: { 'if-none-match': `"${film}"` } })).status).toBe(304)
    expect(server.cache.size).toBe(0)
  })

  it('is missing while it is not the file that was imported', async () => {
    writeFileSync(join(folder, 'assets/film.mp4'), 'another film')
    expect((await server.ask(`/assets/${film}/film.mp4`)).status).toBe(404)
    rmSync(join(folder, 'assets/film.mp4'))
    expect((await server.ask(`/assets/${film}/film.mp4`)).status).toBe(404)
  })

  it('does not hold the server when its reader leaves in the middle', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () =>
        socket.write('GET /assets/film.mp4 HTTP/1.1\r\nHost: a\r\n\r\n'),
      )
      socket.once('data', () => {
        socket.destroy()
        resolve()
      })
    })
    expect((await server.ask('/assets/film.mp4')).body.length).toBe(300_000)
  })
})

describe('a reader who takes nothing', () => {
  it('is left after a while', async () => {
    const slow = await openTestServer({
      repo,
      queries: {
        ...queries,
        findAsset: async () => ({ ...filmRecord, source: 'long.mp4', size: 200_000_000 }),
      } as never,
      settings: { contentFolder: folder },
      limits: { idleTimeoutMs: 100 },
    })
    writeFileSync(join(folder, 'long.mp4'), '')
    truncateSync(join(folder, 'long.mp4'), 200_000_000)
    await new Promise<void>((resolve) => {
      const socket = connect(slow.port, '127.0.0.1', () =>
        socket.write('GET /assets/long.mp4 HTTP/1.1\r\nHost: a\r\n\r\n'),
      )
      socket.on('error', () => {})
      socket.on('close', () => resolve())
      // Takes one piece, and later what the kernel holds, to learn that the connection has ended.
      socket.once('data', () => {
        socket.pause()
        setTimeout(() => socket.resume(), 500)
      })
    })
    await slow.close()
  })
})

describe('openContentFile', () => {
  it.each([
    '../secret',
    'assets/../../secret',
    'assets/link-out',
    'assets',
    'assets/none',
    '/etc/passwd',
    '',
    'assets/\0',
  ])('does not open %j', async (path) => {
    writeFileSync(`${folder}-secret`, 'secret')
    symlinkSync(`${folder}-secret`, join(folder, 'assets/link-out'))
    expect(await openContentFile(folder, path)).toBeUndefined()
    rmSync(`${folder}-secret`)
  })

  it('follows a link that stays inside', async () => {
    symlinkSync('film.mp4', join(folder, 'assets/link-in'))
    const file = await openContentFile(folder, 'assets/link-in')
    expect(file?.size).toBe(300_000)
    await file?.close()
  })
})
