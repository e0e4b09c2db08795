import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseEncoding, encodings } from './accept-encoding.ts'

describe('chooseEncoding', () => {
  it.each([
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, deflate', 'gzip'],
    ['zstd, gzip', 'zstd'],
    ['BR', 'br'],
    ['x-gzip', 'gzip'],
    ['gzip;q=1, br;q=0.5', 'gzip'],
    ['gzip;q=0.5, br;q=0.5, zstd;q=0.4', 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['br ; Q=0.8 , gzip;q=0.9', 'gzip'],
    ['*', 'br'],
    ['*;q=0.5, gzip', 'gzip'],
    ['br;q=0, *', 'zstd'],
    ['identity', 'identity'],
    ['identity, gzip;q=0.5', 'identity'],
    ['identity;q=0.5, gzip', 'gzip'],
    ['gzip;q=0.001', 'gzip'],
    ['gzip;q=0', 'identity'],
    ['identity;q=0', 'identity'],
    ['identity;q=0, gzip', 'gzip'],
    ['*;q=0', 'identity'],
    ['gzip;q=high', 'identity'],
    ['gzip;q=2', 'identity'],
    [';;;,,=', 'identity'],
    ['br;level=4;q=0.5', 'br'],
  ])('%s → %s', (header, expected) => {
    expect(chooseEncoding(header)).toBe(expected)
  })

  it('answers anything with an encoding we have, and the same one each time', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (header) => {
        const chosen = chooseEncoding(header)
        return encodings.includes(chosen) && chooseEncoding(header) === chosen
      }),
    )
  })
})
