import type { IncomingMessage, ServerResponse } from 'node:http'
import { allowsRange, matchesEtag, satisfiesIfMatch } from './conditional.ts'
import { parseRange } from './ranges.ts'
import type { RawHeaders } from './security-headers.ts'

/** Bytes that can be sent in part. */
export interface RangedBody {
  size: number
  etag: string
  contentType: string
  /** For every answer: ETag, Accept-Ranges, Cache-Control, the security headers. */
  headers: RawHeaders
  /** Sends the bytes from `start` to `end`, inclusive, and ends the response. */
  write(response: ServerResponse, start: number, end: number): void | Promise<void>
}

/** Answers GET and HEAD with all, a part, or nothing, in the order of checks that RFC 9110 (13.2.2) gives. */
export async function sendRanged(request: IncomingMessage, response: ServerResponse, body: RangedBody): Promise<void> {
  const { size, etag, contentType, headers, write } = body
  const asked = request.headers
  if (!satisfiesIfMatch(asked['if-match'], etag)) return finish(412, ['Content-Length', '0'])
  if (matchesEtag(asked['if-none-match'], etag)) return finish(304, [])

  const isPartAllowed = request.method === 'GET' && allowsRange(asked['if-range'] as string | undefined, etag)
  const range = isPartAllowed ? parseRange(asked.range, size) : ({ kind: 'whole' } as const)
  switch (range.kind) {
    case 'unsatisfiable':
      return finish(416, ['Content-Range', `bytes */${size}`, 'Content-Length', '0'])
    case 'part':
      begin(206, range.end - range.start + 1, ['Content-Range', `bytes ${range.start}-${range.end}/${size}`])
      return write(response, range.start, range.end)
    case 'whole':
      begin(200, size, [])
      if (request.method === 'HEAD' || size === 0) response.end()
      else return write(response, 0, size - 1)
  }

  function begin(status: number, length: number, more: RawHeaders) {
    const described = ['Content-Type', contentType, 'Content-Length', String(length)]
    response.writeHead(status, [...described, ...more, ...headers])
  }

  function finish(status: number, more: RawHeaders) {
    response.writeHead(status, [...more, ...headers])
    response.end()
  }
}
