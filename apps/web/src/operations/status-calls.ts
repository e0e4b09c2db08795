import { type AccessScope, hasAccess } from '../api/access-token.ts'
import type { Call } from '../api/calls.ts'
import type { Metrics } from './metrics.ts'
import { publicStatus, type Status } from './status.ts'

interface StatusCallsOptions {
  status: () => Promise<Status>
  metrics: Metrics
  secret: string
}

/** `/api/status` for programs: all of it for an operator, what is public for others. `/metrics` for operators alone. */
export function statusCalls({ status, metrics, secret }: StatusCallsOptions): Record<string, Call> {
  const scope: AccessScope = 'operate'
  return {
    'GET /api/status': {
      async answer({ request }) {
        const isOperator = hasAccess(request.headers.authorization, scope, { secret, now: new Date() })
        return isOperator ? status() : publicStatus(await status())
      },
    },
    'GET /metrics': {
      scope,
      async answer({ response }) {
        // Readings are made from what is known; the first of them asks.
        await status()
        const text = await metrics.text()
        response.writeHead(200, { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' })
        response.end(text)
        return 'answered'
      },
    },
  }
}
