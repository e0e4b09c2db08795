import { describe, expect, it } from 'vitest'
import { decodeParts, encodeParts } from './parts-body.ts'

describe('a body of parts', () => {
  it('takes parts as they were sent, and refuses a list that does not fit its bytes', () => {
    const part = { hash: 'a'.repeat(64), size: 3, part: 0, bytes: new Uint8Array([1, 10, 3]) }
    const decoded = decodeParts(encodeParts([part, { ...part, bytes: new Uint8Array() }]))
    expect(decoded.map(({ bytes }) => [...bytes])).toEqual([[1, 10, 3], []])
    expect(() => decodeParts(encodeParts([part]).subarray(0, -1))).toThrow(
      expect.objectContaining({ code: 'bad_request' }),
    )
    expect(() => decodeParts(Buffer.from('no line'))).toThrow(expect.objectContaining({ code: 'bad_request' }))
  })
})
