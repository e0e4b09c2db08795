import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { RawHeaders } from '../http/security-headers.ts'
import { staticUrl } from '../static.ts'
import type { Handler } from './router.ts'

export interface DevReload {
  /** The stream of `/dev/events`. */
  handle: Handler
  /** Adds the script that listens to it. */
  decorate(html: string): string
  /** Makes every open page load again. */
  reload(): void
  close(): void
}

/**
 * Reloads browsers while someone writes: after each commit, and, because the stream tells which process it comes
 * from, after each start.
 */
export function createDevReload(headers: RawHeaders): DevReload {
  const process = randomUUID()
  const open = new Set<ServerResponse>()
  const script = `<script src="${staticUrl('dev-reload.js')}" defer></script>`

  return {
    handle({ request, response }) {
      response.writeHead(200, ['Content-Type', 'text/event-stream', 'Cache-Control', 'no-store', ...headers])
      if (request.method === 'HEAD') return void response.end()
      response.write(`retry: 300\nevent: process\ndata: ${process}\n\n`)
      open.add(response)
      response.on('close', () => open.delete(response))
    },
    decorate(html) {
      const end = html.lastIndexOf('</body>')
      return end < 0 ? html + script : html.slice(0, end) + script + html.slice(end)
    },
    reload() {
      for (const response of open) response.write('event: reload\ndata:\n\n')
    },
    close() {
      for (const response of open) response.end()
    },
  }
}
