import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Token } from '@atoll/repo'
import { discardBody } from '../http/request-body.ts'
import { sendMessage } from '../http/send.ts'
import type { Log } from '../log.ts'
import { currentRequest, requestIdOf } from '../operations/request-scope.ts'
import { readToken } from '../tokens/token-headers.ts'
import { type AccessScope, checkAccess } from './access-token.ts'
import { ApiError, answerOf } from './errors.ts'

export interface CallExchange {
  request: IncomingMessage
  response: ServerResponse
  query: URLSearchParams
}

/** One address for programs. It returns what is sent as JSON, or `answered` after it answered by itself. */
export interface Call {
  /** Absent: the call proves by itself who asks. */
  scope?: AccessScope
  answer(exchange: CallExchange): Promise<object | 'answered'>
}

export interface ApiOptions {
  /** By method and path: `POST /api/publish`. */
  calls: Record<string, Call>
  secret: string
  log: Log
  /** Waits until this node has what the caller wrote through another one. */
  cover?: (token: Token) => Promise<unknown>
  now?: () => Date
}

export type Api = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Addresses that the API answers, whether they exist or not. */
export function isApiAddress(url: string | undefined): boolean {
  return url?.startsWith('/api/') === true || url === '/metrics'
}

/**
 * Answers programs. Nothing of a request is read before its token is checked. Failures are JSON with a code, a message
 * and what to do; what a stranger must not learn is in the log under the same request id.
 */
export function createApi({ calls, secret, log, cover, now = () => new Date() }: ApiOptions): Api {
  return async function api(request, response) {
    const requestId = currentRequest() ?? requestIdOf(request)
    response.setHeader('X-Request-Id', requestId)
    try {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
      const call = find(request.method ?? '', pathname)
      if (call.scope) checkAccess(request.headers.authorization, call.scope, { secret, now: now() })
      // Anybody can make up a token that is never reached: only those who may call are waited for.
      const token = call.scope && readToken(request)
      if (token) await cover?.(token)
      const answer = await call.answer({ request, response, query: searchParams })
      if (answer !== 'answered') send(request, response, response.statusCode, answer)
    } catch (error) {
      const { status, error: told } = answerOf(error)
      if (status >= 500) log.error({ err: error, requestId, url: request.url }, 'a call of the API failed')
      else log.info({ requestId, url: request.url, code: told.code }, 'a call of the API was refused')
      if (response.headersSent) {
        // Some say themselves, in what they had begun to answer, that it failed.
        if (!response.writableEnded) response.destroy()
        return
      }
      // What is left of the body is not read; the connection cannot be used for another request.
      if (!request.complete) discardBody(request, response, 65_536)
      send(request, response, status, { error: { ...told, requestId } })
    }
  }

  function find(method: string, path: string): Call {
    const call = calls[`${method} ${path}`]
    if (call) return call
    const isKnown = Object.keys(calls).some((key) => key.endsWith(` ${path}`))
    if (isKnown) throw new ApiError('wrong_method', `${path} does not answer ${method}`)
    throw new ApiError('not_found', `there is no ${path}`)
  }
}

function send(request: IncomingMessage, response: ServerResponse, status: number, body: object) {
  sendMessage(request, response, {
    status,
    text: `${JSON.stringify(body)}\n`,
    contentType: 'application/json',
    headers: ['X-Content-Type-Options', 'nosniff', ...(status === 401 ? ['WWW-Authenticate', 'Bearer'] : [])],
  })
}
