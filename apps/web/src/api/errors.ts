import { ContentError, type ContentErrorCode } from '@atoll/blog'
import { RepoError } from '@atoll/repo'
import { statusOfError } from '../errors.ts'

/** Every way a call of the API can be refused before it reaches the content. */
export const apiErrors = {
  no_token: {
    status: 401,
    fix: 'Send `Authorization: Bearer …` with a token that `atoll token` printed on the server.',
  },
  bad_token: {
    status: 401,
    fix: 'Make a new one with `atoll token`: it is expired, or the secret of the site changed.',
  },
  wrong_scope: { status: 403, fix: 'Make one with the scope that the message names: `atoll token --scope …`.' },
  bad_signature: { status: 401, fix: 'Give the sender of the hook the value of ATOLL_HOOK_SECRET.' },
  bad_request: { status: 400, fix: 'Use the same release of atoll as the site.' },
  too_large: { status: 413, fix: 'Send less at once; `atoll publish` does so by itself.' },
  not_found: { status: 404, fix: 'Use the same release of atoll as the site.' },
  wrong_method: { status: 405, fix: 'Use the same release of atoll as the site.' },
  not_configured: { status: 404, fix: 'Set what the message names, and start the site again.' },
  busy: { status: 503, fix: 'Try again in a moment.' },
} as const

export type ApiErrorCode = keyof typeof apiErrors

export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ApiErrorCode

  constructor(code: ApiErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** Refusals of a publication that its sender can do something about; all other content errors are 422. */
const statusOfContent: Partial<Record<ContentErrorCode, number>> = {
  published_meanwhile: 409,
  not_from_here: 409,
  older_content: 409,
  incomplete: 409,
  file_too_large: 413,
}

/** What an error looks like to a program. Others than ours stay in the log: they may name paths. */
export interface ErrorAnswer {
  status: number
  error: { code: string; message: string; fix: string }
}

export function answerOf(error: unknown): ErrorAnswer {
  if (error instanceof ApiError) {
    const { status, fix } = apiErrors[error.code]
    return { status, error: { code: error.code, message: error.message, fix } }
  }
  if (error instanceof ContentError) {
    const { code, message, fix } = error
    return { status: statusOfContent[code] ?? 422, error: { code, message, fix } }
  }
  const status = statusOfError(error)
  if (error instanceof RepoError)
    return { status, error: { code: error.code, message: 'the database refused', fix: error.fix } }
  return { status, error: { code: 'failed', message: 'something failed here', fix: 'Look into the log of the site.' } }
}
