import type { MessageOf } from '../channel/messages.ts'
import { ClusterError, type ClusterErrorCode, clusterErrors } from '../errors.ts'

/**
 * What a handler on another node threw. `code` and `applied` are those of the error it threw, if it had them;
 * otherwise `failed`, and `unknown`: nobody can tell what was done before it threw.
 */
export class RemoteError extends Error {
  override readonly name = 'RemoteError'
  readonly code: string
  readonly applied: 'no' | 'unknown'

  constructor(code: string, message: string, applied: 'no' | 'unknown') {
    super(message)
    this.code = code
    this.applied = applied
  }
}

type Failure = Omit<MessageOf<'failure'>, 'kind' | 'id'>

/** What of an error that a handler threw is told to the caller. */
export function encodeHandlerError(error: unknown): Failure {
  const { code, applied } = (error ?? {}) as { code?: unknown; applied?: unknown }
  return {
    by: 'handler',
    code: typeof code === 'string' ? code : 'failed',
    message: error instanceof Error ? error.message : String(error),
    applied: applied === 'no' ? 'no' : 'unknown',
  }
}

export function encodeClusterError({ code, message, applied }: ClusterError): Failure {
  return { by: 'cluster', code, message, applied }
}

export function decodeFailure({ by, code, message, applied }: Failure): ClusterError | RemoteError {
  if (by === 'cluster' && isClusterErrorCode(code)) return new ClusterError(code, message)
  return new RemoteError(code, message, applied)
}

function isClusterErrorCode(code: string): code is ClusterErrorCode {
  return Object.hasOwn(clusterErrors, code)
}
