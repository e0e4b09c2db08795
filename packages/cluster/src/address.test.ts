import { describe, expect, it } from 'vitest'
import { formatAddress, parseAddress, plainHost } from './address.ts'

describe('an address', () => {
  it.each([
    ['[::1]:4100', { host: '::1', port: 4100 }],
    ['10.0.0.1:4100', { host: '10.0.0.1', port: 4100 }],
    ['node-1.internal:4100', { host: 'node-1.internal', port: 4100 }],
  ])('is read and written: %s', (text, address) => {
    expect(parseAddress(text)).toEqual(address)
    expect(formatAddress(address)).toBe(text)
  })

  it('takes a port that is usual where it is used', () => {
    expect(parseAddress('[FDAA::2]', 4100)).toEqual({ host: 'FDAA::2', port: 4100 })
    expect(parseAddress('node', 4100)).toEqual({ host: 'node', port: 4100 })
    expect(formatAddress({ host: 'FDAA::2', port: 1 })).toBe('[fdaa::2]:1')
  })

  it.each(['', 'node', '::1:4100', '[::1', '[node]:1', 'node:0', 'node:65536', 'a b:1', 'node:', 'http://node:1'])(
    'is refused: %s',
    (text) => {
      expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: 'bad_address' }))
    },
  )

  it('of an IPv4 client is that of IPv4', () => {
    expect(plainHost('::ffff:10.0.0.1')).toBe('10.0.0.1')
    expect(plainHost('fdaa::2')).toBe('fdaa::2')
  })
})
