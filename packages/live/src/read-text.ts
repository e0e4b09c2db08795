import type { IncomingMessage } from 'node:http'

/** More than this is not even read past: whoever sends it is hung up on. */
const patienceBytes = 65_536

/** A small body as text; nothing when there is more of it, or when it breaks off. */
export function readText(request: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  return new Promise((resolve) => {
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= maxBytes) chunks.push(chunk)
      else if (length > patienceBytes) request.destroy()
    })
    request.on('end', () => resolve(length <= maxBytes ? Buffer.concat(chunks).toString() : undefined))
    request.on('close', () => resolve(undefined))
    request.on('error', () => resolve(undefined))
  })
}
