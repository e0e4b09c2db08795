import { type ErrorData, RepoError, type RepoErrorCode } from '../errors.ts'
import { keyLifetimeMs, timeOfKey } from '../key.ts'
import type { WriteRequest } from '../protocol.ts'
import { type Epoch, isSameEpoch } from '../token.ts'
import type { Operations } from './operations.ts'
import type { Results } from './results.ts'

export interface Admission {
  epoch: Epoch
  operations: Operations
  results: Results
  now: number
}

/** Why a write is not run at all. Nothing of it is stored, so its sender may send it again. */
export function refusalOf(
  { body, key, hash, epoch, deadline }: WriteRequest,
  admission: Admission,
): ErrorData | undefined {
  const { operations, results, now } = admission
  if (epoch && !isSameEpoch(epoch, admission.epoch)) {
    return refuse('stale_epoch', `the write believes in epoch ${epoch.number}, and this is ${admission.epoch.number}`)
  }
  if (body.kind === 'operation' && !operations.has(body)) {
    return refuse('unknown_operation', `this release has no operation ${body.name}@${body.version}`)
  }
  if (deadline !== undefined && deadline <= now) {
    return refuse('deadline', `the deadline passed ${now - deadline} ms before the writer took the write up`)
  }
  if (key === undefined) return undefined
  const madeAt = timeOfKey(key)
  if (madeAt === undefined) return refuse('bad_input', `a key is a UUIDv7, as createKey() makes it, and not ${key}`)
  if (!hash) return refuse('bad_input', `the write with the key ${key} has no hash`)
  if (Math.abs(now - madeAt) > keyLifetimeMs || results.isForgotten(key)) {
    const when = new Date(madeAt).toISOString()
    return refuse('too_old', `the key ${key} was made at ${when}, and it is ${new Date(now).toISOString()} here`)
  }
  return undefined
}

function refuse(code: RepoErrorCode, message: string): ErrorData {
  const error = new RepoError(code, message)
  return { code: error.code, message: error.message }
}
