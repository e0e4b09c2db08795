import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { parseNetworks } from './networks.ts'
import { createPublicAddress, type PublicAddress } from './public-address.ts'

const origins = ['https://example.org', 'https://www.example.org', 'http://example.org', 'http://localhost:4000']
const asked = ['http://example.org', 'https://example.org', 'http://www.example.org', 'https://www.example.org']

/** How the proxy in front of the program behaves. */
interface Proxy {
  /** `always http`: TLS ends before this proxy, which does not know of it. */
  scheme: 'says it' | 'says nothing' | 'always says http'
  isTrusted: boolean
  host: 'keeps it' | 'forwards it' | 'hides it'
  /** What it does itself. */
  leads: 'nowhere' | 'to https' | 'to www' | 'from www'
}

const proxies: Proxy[] = (['says it', 'says nothing', 'always says http'] as const).flatMap((scheme) =>
  [true, false].flatMap((isTrusted) =>
    (['keeps it', 'forwards it', 'hides it'] as const).flatMap((host) =>
      (['nowhere', 'to https', 'to www', 'from www'] as const).map((leads) => ({ scheme, isTrusted, host, leads })),
    ),
  ),
)

describe('redirects to the public address', () => {
  it.each(origins)('never make a loop, whatever the proxy in front does (%s)', (origin) => {
    for (const proxy of proxies) {
      const address = openAddress(origin)
      // Each is asked twice: by then the address may have been proven.
      for (const start of [...asked, ...asked]) {
        const { hops } = follow(start, { proxy, address })
        // A browser gives up after 20.
        expect(hops, `${start} through ${JSON.stringify(proxy)}`).toBeLessThan(15)
      }
    }
  })

  it.each(asked)('lead %s to the public address behind a proxy that says what was asked', (start) => {
    const proxy: Proxy = { scheme: 'says it', isTrusted: true, host: 'keeps it', leads: 'nowhere' }
    for (const origin of ['https://example.org', 'https://www.example.org']) {
      expect(follow(start, { proxy, address: openAddress(origin) }).at).toBe(origin)
    }
  })

  it('take a single hop from http and www together', () => {
    const proxy: Proxy = { scheme: 'says it', isTrusted: true, host: 'keeps it', leads: 'nowhere' }
    expect(follow('http://www.example.org', { proxy, address: openAddress('https://example.org') }).hops).toBe(1)
  })

  it('are kept by browsers only once the public address was seen to lead here', () => {
    const address = openAddress('https://example.org')
    const http = request('/posts/a?b=c', { host: 'example.org', 'x-forwarded-proto': 'http' })
    expect(address.redirectOf(http)).toEqual({ status: 307, location: 'https://example.org/posts/a?b=c' })
    expect(address.redirectOf(request('/', { host: 'example.org', 'x-forwarded-proto': 'https' }))).toBeUndefined()
    expect(address.redirectOf(http)).toEqual({ status: 308, location: 'https://example.org/posts/a?b=c' })
  })

  it('take nobody but a listed proxy for proof that https leads here', () => {
    const address = openAddress('https://example.org')
    const forged = request('/', { host: 'example.org', 'x-forwarded-proto': 'https' }, '203.0.113.9')
    expect(address.redirectOf(forged)).toBeUndefined()
    expect(address.redirectOf(request('/', { host: 'example.org', 'x-forwarded-proto': 'http' }))?.status).toBe(307)
  })

  it('are tried again after a while when the public address was not seen', () => {
    let now = 0
    const address = openAddress('https://example.org', () => now)
    const http = request('/', { host: 'example.org', 'x-forwarded-proto': 'http' })
    const tries = () => Array.from({ length: 8 }, () => address.redirectOf(http) !== undefined).filter(Boolean).length
    expect([tries(), tries()]).toEqual([5, 0])
    now = 60_000
    expect(tries()).toBe(5)
  })

  it('believe nobody but the listed proxies', () => {
    const address = openAddress('https://example.org')
    const stranger = request('/', { host: 'example.org', 'x-forwarded-proto': 'http' }, '203.0.113.9')
    expect(address.redirectOf(stranger)).toBeUndefined()
  })

  it('leave probes and other names alone', () => {
    const address = openAddress('https://example.org')
    for (const host of ['10.0.0.7:4000', 'my-app.fly.dev', 'localhost', '', 'evil-example.org']) {
      expect(address.redirectOf(request('/ready', { host, 'x-forwarded-proto': 'http' }))).toBeUndefined()
    }
  })

  it('lead to no other host, whatever the path is', () => {
    const address = openAddress('https://example.org')
    for (const url of ['//evil.org/', 'http://evil.org/', '*', '/\\evil.org']) {
      const { location } = address.redirectOf(request(url, { host: 'www.example.org' }))!
      expect(new URL(location).origin).toBe('https://example.org')
    }
  })

  it('know the lists of proxies in a row, ports and capital letters', () => {
    const address = openAddress('https://example.org')
    expect(
      address.redirectOf(request('/', { host: 'Example.org:443', 'x-forwarded-proto': 'HTTPS, http' })),
    ).toBeUndefined()
    expect(address.redirectOf(request('/', { host: 'WWW.example.org:80' }))).toBeDefined()
  })
})

function openAddress(origin: string, now: () => number = () => 0): PublicAddress {
  return createPublicAddress({ origin, trustedProxies: parseNetworks('10.0.0.0/8')!, now })
}

function request(url: string, headers: Record<string, string>, remoteAddress = '10.0.0.1'): IncomingMessage {
  return { url, headers, socket: { remoteAddress } } as unknown as IncomingMessage
}

/** A browser: goes where it is sent until somebody answers. */
function follow(start: string, { proxy, address }: { proxy: Proxy; address: PublicAddress }) {
  let at = start
  for (let hops = 0; hops < 20; hops++) {
    const next = proxyLeads(at, proxy) ?? address.redirectOf(throughProxy(at, proxy))?.location
    if (next === undefined) return { at, hops }
    at = new URL(next).origin
  }
  return { at, hops: 20 }
}

function proxyLeads(at: string, { leads }: Proxy): string | undefined {
  if (leads === 'to https' && at.startsWith('http:')) return at.replace('http:', 'https:')
  if (leads === 'to www' && !at.includes('//www.')) return at.replace('//', '//www.')
  if (leads === 'from www' && at.includes('//www.')) return at.replace('//www.', '//')
  return undefined
}

function throughProxy(at: string, { scheme, isTrusted, host }: Proxy): IncomingMessage {
  const { protocol, host: name } = new URL(at)
  const headers = {
    host: host === 'keeps it' ? name : '127.0.0.1:4000',
    ...(host === 'forwards it' && { 'x-forwarded-host': name }),
    ...(scheme === 'says it' && { 'x-forwarded-proto': protocol.slice(0, -1) }),
    ...(scheme === 'always says http' && { 'x-forwarded-proto': 'http' }),
  }
  return request('/', headers, isTrusted ? '10.0.0.1' : '203.0.113.9')
}
