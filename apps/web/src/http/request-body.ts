import type { IncomingMessage, ServerResponse } from 'node:http'

/** Whether bytes follow the headers. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}

/**
 * Reads past the body of a request that should not have one, so that its answer can be read, and hangs up on whoever
 * goes on sending. The connection is not used again: what follows on it might be the rest of the body.
 */
export function discardBody(request: IncomingMessage, response: ServerResponse, maxBytes: number): void {
  response.shouldKeepAlive = false
  let received = 0
  request.on('data', (chunk: Buffer) => {
    received += chunk.length
    if (received > maxBytes) request.destroy()
  })
  request.on('error', () => {})
}
