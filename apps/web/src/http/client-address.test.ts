import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { createClientAddress } from './client-address.ts'
import { parseNetworks } from './networks.ts'

const trustedProxies = parseNetworks('loopback, private')!
const reader = '203.0.113.7'

describe('createClientAddress', () => {
  it.each([
    ['the reader itself', reader, {}, reader],
    ['a stranger who names another', reader, { 'x-forwarded-for': '198.51.100.1' }, reader],
    ['a proxy of ours', '10.0.0.1', { 'x-forwarded-for': reader }, reader],
    ['a reader who made up the beginning', '10.0.0.1', { 'x-forwarded-for': `1.1.1.1, ${reader}` }, reader],
    ['proxies in a row', '10.0.0.1', { 'x-forwarded-for': `${reader}, 10.0.0.2` }, reader],
    ['a reader in our own network', '10.0.0.1', { 'x-forwarded-for': '10.0.0.9' }, '10.0.0.9'],
    ['a proxy that says nothing', '10.0.0.1', {}, '10.0.0.1'],
    ['a proxy that says nonsense', '10.0.0.1', { 'x-forwarded-for': 'unknown' }, '10.0.0.1'],
  ])('names %s', (_what, remoteAddress, headers, expected) => {
    expect(createClientAddress({ trustedProxies })(request(remoteAddress, headers))).toBe(expected)
  })

  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:0db8:0001::5:6', '2001:db8:1:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1:2:3:4%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:203.0.113.7', '::ffff:203.0.113.7'],
  ])('names the network of %s', (address, network) => {
    expect(createClientAddress({ trustedProxies: parseNetworks('none')! })(request(address, {}))).toBe(network)
  })

  it('believes one header, of proxies only, when it is named', () => {
    const clientAddress = createClientAddress({ trustedProxies, header: 'fly-client-ip' })
    const headers = { 'fly-client-ip': '2001:db8::1', 'x-forwarded-for': '198.51.100.1' }
    expect(clientAddress(request('fdaa::1', headers))).toBe('2001:db8:0:0::/64')
    expect(clientAddress(request(reader, headers))).toBe(reader)
    expect(clientAddress(request('fdaa::1', { 'x-forwarded-for': reader }))).toBe('fdaa:0:0:0::/64')
  })
})

function request(remoteAddress: string, headers: Record<string, string>): IncomingMessage {
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage
}
