import type { Live } from '@atoll/live'
import type { RawHeaders } from '../http/security-headers.ts'
import { sendMessage, statusLine } from '../http/send.ts'
import type { Handlers } from '../server/router.ts'

/** The live connection of those who have no WebSocket, and an answer for those who come to its address without one. */
export function liveHandlers(live: Pick<Live, 'events' | 'say'>, headers: RawHeaders) {
  return {
    GET: {
      '/live': ({ request, response }) =>
        sendMessage(request, response, {
          status: 426,
          text: statusLine(426, 'this address is for WebSockets'),
          headers: ['Upgrade', 'websocket', 'Connection', 'Upgrade', ...headers],
        }),
      '/live/events': ({ request, response }) => {
        if (request.method === 'HEAD') sendMessage(request, response, { status: 200, text: '', headers })
        else live.events(request, response, headers)
      },
    },
    POST: { '/live/say': ({ request, response }) => live.say(request, response, headers) },
  } satisfies Handlers
}
