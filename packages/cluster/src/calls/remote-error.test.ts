import { describe, expect, it } from 'vitest'
import { ClusterError, type ClusterErrorCode, clusterErrors } from '../errors.ts'
import { decodeValue } from '../values/decode.ts'
import { encodeValue } from '../values/encode.ts'
import { decodeFailure, encodeClusterError, encodeHandlerError, RemoteError } from './remote-error.ts'

const codes = Object.keys(clusterErrors) as ClusterErrorCode[]

describe('an error on the wire', () => {
  it.each(codes)('keeps the code %s, and with it whether the call was carried out', (code) => {
    const error = across(encodeClusterError(new ClusterError(code, 'why')))
    expect(error).toBeInstanceOf(ClusterError)
    expect(error).toMatchObject({ code, message: 'why', applied: clusterErrors[code].applied })
  })

  it('is an error of the handler even when it has a code of ours', () => {
    const error = across(encodeHandlerError(new ClusterError('unreachable', 'the next node')))
    expect(error).toBeInstanceOf(RemoteError)
    expect(error).toMatchObject({ code: 'unreachable', applied: 'no' })
  })

  it('keeps a code of a later release, which this one does not know', () => {
    const error = across({ by: 'cluster', code: 'too_early', message: 'why', applied: 'no' })
    expect(error).toMatchObject({ code: 'too_early', applied: 'no' })
  })

  it.each([['text'], [undefined], [null], [{ code: 5, applied: 'yes' }]])('is never a surprise: %j', (thrown) => {
    expect(across(encodeHandlerError(thrown))).toMatchObject({ code: 'failed', applied: 'unknown' })
  })
})

function across(failure: Parameters<typeof decodeFailure>[0]) {
  return decodeFailure(decodeValue(encodeValue(failure)) as typeof failure)
}
