import type { IncomingMessage } from 'node:http'
import { ApiError } from './errors.ts'

/** The whole body of a request, or `too_large` as soon as more than `maxBytes` are announced or come. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(chunksOf(request, maxBytes)))
}

/** The same piece by piece, for whoever need not keep it. */
export async function* chunksOf(request: IncomingMessage, maxBytes: number): AsyncGenerator<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > maxBytes) throw new ApiError('too_large', `${announced} bytes are more than ${maxBytes}`)
  let received = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    received += chunk.length
    if (received > maxBytes) throw new ApiError('too_large', `more than ${maxBytes} bytes`)
    yield chunk
  }
}

export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (error) {
    throw new ApiError('bad_request', `not JSON: ${(error as Error).message}`)
  }
}
