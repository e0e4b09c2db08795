import type { RawHeaders } from '../http/security-headers.ts'
import { sendMessage } from '../http/send.ts'
import type { Health, Readiness } from './health.ts'
import type { Handler } from './router.ts'

/** `/health`: the process is alive. `/ready`: it should be sent readers; with reasons, as text or as JSON. */
export function healthHandlers(health: Health, headers: RawHeaders): { '/health': Handler; '/ready': Handler } {
  return {
    '/health': ({ request, response }) => sendMessage(request, response, { status: 200, text: 'ok', headers }),

    async '/ready'({ request, response, query }) {
      const readiness = await health.check()
      const isJson = query.get('format') === 'json' || /\bapplication\/json\b/.test(request.headers.accept ?? '')
      sendMessage(request, response, {
        status: readiness.status === 'unavailable' ? 503 : 200,
        text: isJson ? JSON.stringify(readiness) : describe(readiness),
        headers: ['Vary', 'Accept', ...(readiness.status === 'unavailable' ? ['Retry-After', '1'] : []), ...headers],
        ...(isJson && { contentType: 'application/json' }),
      })
    },
  }
}

function describe({ status, reasons }: Readiness): string {
  return [status, ...reasons].join('\n')
}
