import { type IncomingMessage, request } from 'node:http'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { ReplicationError } from '../errors.ts'
import type { Leader } from './role.ts'

/** The calls of LiteFS's HTTP server that a node needs. It has no authentication: it listens on loopback only. */
export function litefsApi(url: string) {
  return {
    async leader(signal: AbortSignal): Promise<Leader> {
      const info = JSON.parse(await text(await call('GET', '/info', signal))) as InfoAnswer
      return { isPrimary: info.isPrimary === true, hostname: info.primary?.hostname || undefined }
    },
    async promote(signal: AbortSignal): Promise<void> {
      await text(await call('POST', '/promote', signal))
    },
    async export(database: string): Promise<ReadableStream<Uint8Array>> {
      const response = await call('GET', `/export?name=${encodeURIComponent(database)}`, undefined)
      return Readable.toWeb(response) as ReadableStream<Uint8Array>
    },
  }

  async function call(method: string, path: string, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    const response = await send(method, new URL(path, url), signal)
    if (response.statusCode === 200) return response
    const reason = (await text(response)).trim()
    throw new ReplicationError(codeOf(response.statusCode, reason), `${method} ${path}: LiteFS says: ${reason}`)
  }
}

interface InfoAnswer {
  isPrimary?: boolean
  primary?: { hostname?: string }
}

function send(method: string, url: URL, signal: AbortSignal | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent: false, ...(signal && { signal }) }, resolve)
    sent.on('error', (cause) =>
      reject(new ReplicationError('unreachable', `${method} ${url.pathname}: LiteFS does not answer`, { cause })),
    )
    sent.end()
  })
}

/** LiteFS gives reasons in words only; these are `http/server.go` of 0.5.14. */
function codeOf(status: number | undefined, reason: string) {
  if (status === 404) return 'no_database'
  if (status === 409) return 'not_eligible'
  if (reason.includes('no primary')) return 'no_primary'
  return 'refused'
}
