import { type IncomingMessage, request } from 'node:http'
import { Readable } from 'node:stream'

/**
 * `fetch` by way of a unix socket, one connection a request: the answers of a node whose process was killed never
 * come from a connection that still waits in a pool. Gives up after ten seconds unless a signal is given.
 */
export async function fetchThrough(socket: string, url: string | URL, init: RequestInit = {}): Promise<Response> {
  const asked = new Request(url, init)
  const body = asked.body ? Buffer.from(await asked.arrayBuffer()) : undefined
  const headers = { ...Object.fromEntries(asked.headers), ...(body && { 'content-length': body.length }) }
  const { pathname, search, host } = new URL(url)
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(
      {
        socketPath: socket,
        path: pathname + search,
        method: asked.method,
        headers: { host, ...headers },
        agent: false,
        signal: init.signal ?? AbortSignal.timeout(10_000),
      },
      resolve,
    )
    outgoing.once('error', reject)
    outgoing.end(body)
  })
  return toResponse(incoming, asked.method)
}

function toResponse(incoming: IncomingMessage, method: string): Response {
  const headers = new Headers()
  for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
    headers.append(incoming.rawHeaders[at]!, incoming.rawHeaders[at + 1]!)
  }
  const status = incoming.statusCode!
  const isEmpty = method === 'HEAD' || status === 204 || status === 304
  if (isEmpty) incoming.resume()
  const stream = isEmpty ? null : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>)
  return new Response(stream, { status, statusText: incoming.statusMessage ?? '', headers })
}
