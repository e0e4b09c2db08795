import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Api, isApiAddress } from '../api/calls.ts'
import type { PageCache } from '../cache/page-cache.ts'
import { chooseEncoding } from '../http/accept-encoding.ts'
import type { Limits } from '../http/limits.ts'
import type { Networks } from '../http/networks.ts'
import { createPublicAddress, type Redirect } from '../http/public-address.ts'
import type { Representation } from '../http/representation.ts'
import { discardBody, hasBody } from '../http/request-body.ts'
import type { RawHeaders } from '../http/security-headers.ts'
import { sendForm, sendMessage } from '../http/send.ts'
import type { Log } from '../log.ts'
import { kindOfAnswer, type Metrics } from '../operations/metrics.ts'
import { recordRequest } from '../operations/record-request.ts'
import { carriesToken } from '../tokens/token-headers.ts'
import type { Dispatch } from './dispatch.ts'
import type { AnswerFailure } from './failures.ts'

interface AnswerOptions {
  origin: string
  trustedProxies: Networks
  cache: PageCache
  staticFiles: ReadonlyMap<string, Representation>
  /** Answers programs, if there is anything for them. */
  api?: Api
  dispatch: Dispatch
  answerFailure: AnswerFailure
  limits: Limits
  headers: RawHeaders
  metrics?: Pick<Metrics, 'countCached' | 'countAnswer'>
  log: Pick<Log, 'debug'>
  isClosing: () => boolean
}

/** The way of each request: to the public address, from memory, or to whoever has to work for it. */
export function answerRequests(options: AnswerOptions) {
  const { origin, trustedProxies, cache, staticFiles, api, dispatch, answerFailure } = options
  const { limits, metrics, log, isClosing } = options
  const publicAddress = createPublicAddress({ origin, trustedProxies })
  const isTrusted = ({ socket }: IncomingMessage) => trustedProxies.has(socket.remoteAddress ?? '')
  const beingAnswered = new Set<ServerResponse>()

  return {
    onRequest(request: IncomingMessage, response: ServerResponse): void {
      const elsewhere = publicAddress.redirectOf(request)
      if (elsewhere) redirect(request, response, elsewhere)
      else if (!answerFromCache(request, response)) void answer(request, response)
    },
    /** Lets the answers that are under way be the last of their connections. */
    endConnections() {
      for (const response of beingAnswered) response.shouldKeepAlive = false
    },
  }

  function redirect(request: IncomingMessage, response: ServerResponse, { status, location }: Redirect): void {
    const headers = ['Location', location, ...options.headers]
    if (hasBody(request)) discardBody(request, response, limits.maxBodyBytes)
    sendMessage(request, response, { status, text: `See ${location}`, headers })
  }

  /** The way of nearly every request: it allocates nothing but what node:http itself needs. */
  function answerFromCache(request: IncomingMessage, response: ServerResponse): boolean {
    const { url = '', method, headers } = request
    const representation = (carriesToken(request) ? undefined : cache.get(url)) ?? staticFiles.get(url)
    if (representation === undefined || (method !== 'GET' && method !== 'HEAD')) return false
    if (headers.range !== undefined || hasBody(request) || isClosing()) return false
    const encoding = chooseEncoding(headers['accept-encoding'] as string | undefined)
    const form = representation.form(encoding)
    if (form === undefined) return false
    representation.countUse(encoding, form)
    sendForm(request, response, { representation, form })
    metrics?.countCached()
    return true
  }

  function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return recordRequest({ request, response, isTrusted }, () => answerOne(request, response))
  }

  async function answerOne(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {})
    if (isClosing()) response.shouldKeepAlive = false
    beingAnswered.add(response)
    const startedAt = performance.now()
    try {
      if (api && isApiAddress(request.url)) await api(request, response)
      else await dispatch(request, response)
    } catch (error) {
      await answerFailure(request, response, error)
    } finally {
      beingAnswered.delete(response)
      const seconds = (performance.now() - startedAt) / 1000
      metrics?.countAnswer(kindOfAnswer(request.url ?? ''), response.statusCode, seconds)
      log.debug({ method: request.method, status: response.statusCode, seconds }, 'answered')
    }
  }
}
