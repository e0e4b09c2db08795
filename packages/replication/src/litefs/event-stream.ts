import { get } from 'node:http'
import { createInterface } from 'node:readline'

export interface EventStreamOptions {
  /** LiteFS's `/events`. */
  url: string
  /** How long the first line may take, in milliseconds. */
  connectMs: number
  signal: AbortSignal
}

/**
 * The lines of one connection to `/events`, from its first on; ends when the connection does. LiteFS sends nothing
 * while nothing happens, so a silent connection is a good one.
 */
export async function* readEventLines({ url, connectMs, signal }: EventStreamOptions): AsyncGenerator<string> {
  const impatient = new AbortController()
  const timer = setTimeout(() => impatient.abort(new Error(`no line from ${url} in ${connectMs} ms`)), connectMs)
  try {
    const response = await respond(url, AbortSignal.any([signal, impatient.signal]))
    for await (const line of createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY })) {
      clearTimeout(timer)
      if (line !== '') yield line
    }
  } finally {
    clearTimeout(timer)
    impatient.abort()
  }
}

function respond(url: string, signal: AbortSignal) {
  return new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    const request = get(url, { signal, agent: false }, (response) => {
      // Without a listener the abort that ends the stream would be an uncaught error.
      response.on('error', () => {})
      if (response.statusCode === 200) return resolve(response)
      response.destroy()
      reject(new Error(`${url} answered ${response.statusCode}`))
    })
    request.on('error', reject)
  })
}
