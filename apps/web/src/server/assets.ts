import type { BlogTables } from '@atoll/blog'
import type { Reader, Repo, Token } from '@atoll/repo'
import type { PageCache } from '../cache/page-cache.ts'
import { Representation } from '../http/representation.ts'
import type { SecurityHeaders } from '../http/security-headers.ts'
import { sendMessage, sendRepresentation, statusLine } from '../http/send.ts'
import { sendRanged } from '../http/send-ranged.ts'
import { openContentFile } from './content-file.ts'
import { withinTime } from './deadline.ts'
import type { Exchange, Handler } from './router.ts'

/** What the content says about one file. */
export interface AssetRecord {
  name: string
  /** The file, relative to the content folder. */
  source: string
  contentType: string
  hash: string
  size: number
  /** Too large for the database: its bytes are in the content folder. */
  isExternal: boolean
}

export interface AssetQueries {
  findAsset(reader: Reader<BlogTables>, name: string): Promise<AssetRecord | undefined>
  findAssetByHash(reader: Reader<BlogTables>, hash: string): Promise<AssetRecord | undefined>
  readBlob(reader: Reader<BlogTables>, hash: string): Promise<{ contentType: string; bytes: Uint8Array } | undefined>
}

interface AssetOptions {
  repo: Pick<Repo<BlogTables>, 'reader'>
  queries: AssetQueries
  cache: PageCache
  contentFolder: string
  securityHeaders: SecurityHeaders
  timeoutMs: number
}

type Found =
  | { kind: 'bytes'; representation: Representation }
  | { kind: 'file'; record: AssetRecord; cacheControl: string }

const forever = 'public, max-age=31536000, immutable'
const askAgain = 'public, no-cache'

/**
 * Serves `/assets/<hash>/<any name>`, whose bytes never change, and `/assets/<name>` or `/assets/images/<name>`,
 * whose bytes are those of the last import. So are those of `/favicon.ico` and its sisters, which browsers, feed readers
 * and search engines ask for without being told: in the content they stand beside `site.yaml`, and their names begin
 * with a slash.
 */
export function serveAssets(options: AssetOptions): Handler {
  const { repo, queries, cache, contentFolder, securityHeaders, timeoutMs } = options
  const reading = new Map<string, Promise<Found | undefined>>()

  return async function serveAsset(exchange: Exchange) {
    const { request, response, params, path, tokenToAsk } = exchange
    const name = params.icon ? `/${params.icon}` : (params.name ?? '')
    const found = await withinTime(find(name, await tokenToAsk()), timeoutMs, path)
    switch (found?.kind) {
      case 'bytes':
        return sendBytes(exchange, found.representation)
      case 'file':
        if (await sendFile(exchange, found)) return
    }
    sendMessage(request, response, {
      status: 404,
      text: statusLine(404, 'there is no such asset'),
      headers: securityHeaders.page,
    })
  }

  async function find(name: string, token: Token | undefined): Promise<Found | undefined> {
    const hash = /^([0-9a-f]{16})\/[^/]+$/.exec(name)?.[1]
    return (hash && (await findByHash(hash, token))) || findByName(name, token)
  }

  // The last part of the path is decoration; it must not decide where the bytes are kept.
  function findByHash(hash: string, token: Token | undefined): Promise<Found | undefined> {
    return once(`/assets/${hash}`, token, async (key) => {
      const reader = repo.reader(token && { token })
      const representation = await readBytes(reader, hash, forever)
      if (representation) {
        keep(key, representation, { topics: [], token: undefined })
        return { kind: 'bytes', representation }
      }
      const record = await queries.findAssetByHash(reader, hash)
      return record?.isExternal ? { kind: 'file', record, cacheControl: forever } : undefined
    })
  }

  function findByName(name: string, token: Token | undefined): Promise<Found | undefined> {
    return once(`/assets/${name}`, token, async (key) => {
      const reader = repo.reader(token && { token })
      const record = await findRecord(reader, name)
      if (!record) return undefined
      if (record.isExternal) return { kind: 'file', record, cacheControl: askAgain }
      const representation = await readBytes(reader, record.hash, askAgain)
      if (!representation) return undefined
      // A file of an earlier name would be shown in its place.
      const topics = namesOf(name).map((candidate) => `asset:${candidate}`)
      if (!token) keep(key, representation, { topics, token: reader.token })
      return { kind: 'bytes', representation }
    })
  }

  async function findRecord(reader: Reader<BlogTables>, name: string): Promise<AssetRecord | undefined> {
    for (const candidate of namesOf(name)) {
      const record = await queries.findAsset(reader, candidate)
      if (record) return record
    }
    return undefined
  }

  /** One read for all who ask at the same time. A record found before a drop may be served after it, once. */
  async function once(key: string, token: Token | undefined, read: (key: string) => Promise<Found | undefined>) {
    // What is kept here is older than what this reader saw.
    if (token) return read(key)
    const kept = cache.get(key)
    if (kept) return { kind: 'bytes' as const, representation: kept }
    const turn = `${cache.drops.count} ${key}`
    let running = reading.get(turn)
    if (!running) {
      running = read(key).finally(() => reading.delete(turn))
      reading.set(turn, running)
    }
    return running
  }

  function keep(
    key: string,
    representation: Representation,
    from: { topics: string[]; token: Token | undefined },
  ): void {
    cache.store(key, { representation, now: '9999', ...from })
  }

  async function readBytes(reader: Reader<BlogTables>, hash: string, cacheControl: string) {
    const blob = await queries.readBlob(reader, hash)
    if (!blob) return undefined
    const { contentType, bytes } = blob
    return new Representation({
      contentType: withCharset(contentType),
      body: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      cacheControl,
      headers: ['Accept-Ranges', 'bytes', ...securityHeaders.asset(contentType)],
      hash,
    })
  }

  async function sendFile({ request, response }: Exchange, { record, cacheControl }: Extract<Found, { kind: 'file' }>) {
    const file = await openContentFile(contentFolder, record.source)
    if (!file) return false
    // Half-way through being replaced: the next import gives the new bytes a name of their own.
    if (file.size !== record.size) {
      await file.close()
      return false
    }
    const etag = `"${record.hash}"`
    try {
      await sendRanged(request, response, {
        size: file.size,
        etag,
        contentType: withCharset(record.contentType),
        headers: [
          'ETag',
          etag,
          'Accept-Ranges',
          'bytes',
          'Cache-Control',
          cacheControl,
          ...securityHeaders.asset(record.contentType),
        ],
        write: file.write,
      })
    } finally {
      await file.close()
    }
    return true
  }
}

async function sendBytes({ request, response }: Exchange, representation: Representation): Promise<void> {
  if (request.headers.range === undefined) return sendRepresentation(request, response, representation)
  const { etag, body, notModifiedHeaders } = representation.identity
  await sendRanged(request, response, {
    size: body.length,
    etag,
    contentType: representation.contentType,
    headers: notModifiedHeaders,
    write: (target, start, end) => void target.end(body.subarray(start, end + 1)),
  })
}

/**
 * The original had `/assets/images/` in front of every name and made WebP of everything, drawings too; a picture may
 * be asked for by its file's own ending.
 */
function namesOf(name: string): string[] {
  const bare = name.replace(/^images\//, '')
  const asPicture = bare.replace(/\.(png|jpe?g|gif|avif|tiff?|bmp)$/i, '.webp')
  return [...new Set([name, bare, asPicture, bare.replace(/\.webp$/i, '.svg')])]
}

function withCharset(contentType: string): string {
  return contentType.startsWith('text/') && !contentType.includes('charset')
    ? `${contentType}; charset=utf-8`
    : contentType
}
