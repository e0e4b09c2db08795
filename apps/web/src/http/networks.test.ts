import { describe, expect, it } from 'vitest'
import { parseNetworks } from './networks.ts'

describe('parseNetworks', () => {
  it.each([
    ['loopback', '127.0.0.1', true],
    ['loopback', '::1', true],
    ['loopback', '::ffff:127.0.0.1', true],
    ['loopback', '10.0.0.1', false],
    ['loopback, private', '172.19.3.4', true],
    ['loopback, private', '172.32.0.1', false],
    ['private', 'fdaa::3', true],
    ['203.0.113.0/24', '203.0.113.77', true],
    ['203.0.113.0/24', '203.0.114.1', false],
    ['203.0.113.7', '203.0.113.8', false],
    ['2001:db8::/32', '2001:db8:1::1', true],
    ['none', '127.0.0.1', false],
  ])('%s: %s is in it: %s', (text, address, isIn) => {
    expect(parseNetworks(text)!.has(address)).toBe(isIn)
  })

  it('has no socket that is closed', () => {
    expect(parseNetworks('loopback')!.has(undefined)).toBe(false)
  })

  it.each(['localhost', '10.0.0.0/33', '10.0.0.0/x', '10.0.0.0/8/8', '', '10.0.0.0/'])('refuses %j', (text) => {
    expect(parseNetworks(text)).toBeUndefined()
  })
})
