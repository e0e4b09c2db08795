import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Site } from '@atoll/blog'
import { RepoError } from '@atoll/repo'
import { bytesOf } from '../cache/page-body.ts'
import { statusOfError } from '../errors.ts'
import type { RawHeaders } from '../http/security-headers.ts'
import { sendMessage, statusLine } from '../http/send.ts'
import type { Log } from '../log.ts'
import { currentRequest, requestIdOf } from '../operations/request-scope.ts'
import type { FailurePage } from '../page.ts'

interface FailureOptions {
  log: Log
  failurePage: FailurePage
  lastKnownSite: () => Site | undefined
  headers: RawHeaders
}

export type AnswerFailure = (request: IncomingMessage, response: ServerResponse, error: unknown) => Promise<void>

/** Answers what failed with a page that tells nothing but a number, and writes the rest to the log under that number. */
export function answerFailures({ log, failurePage, lastKnownSite, headers }: FailureOptions): AnswerFailure {
  let lastWarning = Number.NEGATIVE_INFINITY

  return async function answerFailure(request, response, error) {
    // The site has stopped since, and nobody waits for this any more.
    if (error instanceof RepoError && error.code === 'closed' && request.socket.destroyed) return
    const requestId = currentRequest() ?? requestIdOf(request)
    const status = statusOfError(error)
    report({ err: error, requestId, method: request.method, url: withoutToken(request.url ?? ''), status })
    // Part of another answer was sent: all that is left is to end it visibly incomplete.
    if (response.headersSent) return void response.destroy()
    const extra = ['X-Request-Id', requestId, ...(status === 503 ? ['Retry-After', '2'] : [])]
    try {
      const site = lastKnownSite()
      const body = await bytesOf(failurePage({ status, requestId, ...(site && { site }) }))
      sendMessage(request, response, {
        status,
        text: body.toString(),
        contentType: 'text/html; charset=utf-8',
        headers: [...extra, ...headers],
      })
    } catch (failure) {
      report({ err: failure, requestId, url: 'the failure page' })
      sendMessage(request, response, { status, text: statusLine(status), headers: [...extra, ...headers] })
    }
  }

  function report(details: { err: unknown; requestId: string; [more: string]: unknown }) {
    if (statusOfError(details.err) !== 503) return log.error(details, 'a page failed')
    // Every reader of a stalled database, or of one that is not there yet, ends here: a flood of them must not become a
    // second one on the disk.
    if (performance.now() - lastWarning < 1000) return
    lastWarning = performance.now()
    log.warn(details, 'a page cannot be rendered now')
  }
}

/** Whoever reads the log must not be able to follow a preview link. */
function withoutToken(url: string): string {
  return url.replace(/([?&]preview=)[^&]*/g, '$1…')
}

/** Until a site has one of its own. */
export const plainFailurePage: FailurePage = ({ status, requestId }) =>
  `<!doctype html><html lang="en"><title>${statusLine(status)}</title><h1>${statusLine(status)}</h1>` +
  `<p>Something went wrong here. Try again; if it goes on, tell the author this number: ${requestId}</p></html>`
