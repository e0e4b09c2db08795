import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Renderer, RenderRequest, Seen } from '../cache/renderer.ts'
import { discardBody, hasBody } from '../http/request-body.ts'
import type { RawHeaders } from '../http/security-headers.ts'
import { sendMessage, sendRepresentation, statusLine } from '../http/send.ts'
import { canonicalQuery, parseTarget, type Target } from '../http/target.ts'
import type { Page } from '../page.ts'
import type { Visit, Visits } from '../tokens/visits.ts'
import { isPreviewValid } from './preview.ts'
import type { Router } from './router.ts'

interface DispatchOptions {
  router: Router
  renderer: Renderer
  visits: Visits
  missingPage: Page
  headers: RawHeaders
  maxBodyBytes: number
  secret: string
  now: () => Date
}

/** Finds what a request asks for, and answers it. What throws here is a failure of ours. */
export type Dispatch = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Where a signed link may show what is not public. */
const previewPattern = '/posts/:slug'

/** No request can spell this, so that the page's place in the cache is its own. */
const missingKey = '/ missing'

export function createDispatch(options: DispatchOptions): Dispatch {
  const { router, renderer, visits, missingPage, headers, maxBodyBytes, secret, now } = options

  return async function dispatch(request, response) {
    const target = parseTarget(request.url ?? '')
    if (hasBody(request) && !takesBody(request, target)) discardBody(request, response, maxBodyBytes)
    if (target.kind === 'refused') {
      const text = statusLine(target.status, target.reason)
      return sendMessage(request, response, { status: target.status, text, headers })
    }
    const { path, query } = target
    const withoutSlash = withoutTrailingSlash(path)
    const match = router.match(request.method ?? '', withoutSlash ?? path)
    switch (match.kind) {
      case 'wrong method':
        return sendMessage(request, response, {
          status: 405,
          text: statusLine(405, `this address answers ${match.allow}`),
          headers: ['Allow', match.allow, ...headers],
        })
      case 'missing':
        return sendMissing(request, response)
      case 'found':
        break
    }
    const { destination, params } = match
    if (destination.kind === 'handler') {
      if (withoutSlash !== undefined) return sendMissing(request, response)
      const tokenToAsk = async () => (await visits.welcome(request))?.token
      return destination.handle({ request, response, path, query, params, tokenToAsk })
    }
    const search = canonicalQuery(query, destination.query)
    if (withoutSlash !== undefined) return redirect(request, response, withoutSlash + search)
    const visit = await visits.welcome(request)
    const { page, pattern } = destination
    const isPreview = pattern === previewPattern && mayPreview(params.slug ?? '', query.get('preview'))
    const key = isPreview ? path : path + search
    const seen = await render({ key, page, params, ...(isPreview && { isPreview }) }, visit)
    return seen ? send(request, response, seen, visit) : sendMissing(request, response, visit)
  }

  async function send(request: IncomingMessage, response: ServerResponse, seen: Seen & object, visit?: Visit) {
    return sendRepresentation(request, response, seen.representation, visit?.headers(visit.token && seen.token))
  }

  function render(asked: RenderRequest, visit: Visit | undefined): Promise<Seen> {
    const { token, notice } = visit ?? {}
    if (asked.isPreview || token || notice) return renderer.renderPrivately({ ...asked, token, notice })
    return renderer.look(asked)
  }

  function mayPreview(slug: string, signature: string | null): boolean {
    return signature !== null && isPreviewValid(secret, slug, signature, now())
  }

  /** Whoever handles a POST reads what it holds. */
  function takesBody({ method }: IncomingMessage, target: Target): boolean {
    return method === 'POST' && target.kind === 'target' && router.match(method, target.path).kind === 'found'
  }

  async function sendMissing(request: IncomingMessage, response: ServerResponse, visit?: Visit): Promise<void> {
    const seen = await render({ key: missingKey, page: missingPage, params: {} }, visit)
    if (seen) await send(request, response, seen, visit)
    else sendMessage(request, response, { status: 404, text: statusLine(404), headers })
  }

  function redirect(request: IncomingMessage, response: ServerResponse, location: string): void {
    sendMessage(request, response, {
      status: 308,
      text: `See ${location}`,
      headers: ['Location', location, ...headers],
    })
  }
}

/** Nothing when there is none. `//host/` is not shortened: as a Location it would lead to another host. */
function withoutTrailingSlash(path: string): string | undefined {
  return path.length > 1 && path.endsWith('/') && !path.includes('//') ? path.slice(0, -1) : undefined
}
