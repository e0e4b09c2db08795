import { describe, expect, it, onTestFinished } from 'vitest'
import { openDnsServer } from '../testing/dns-server.ts'
import { eventually } from '../testing/eventually.ts'
import { gone, openTestNode, seen } from '../testing/open-nodes.ts'
import { lookUpPeers } from './dns.ts'

const name = 'atoll.internal'
const port = 4100
const intervalMs = 10

describe('discovery by DNS', () => {
  it('yields the AAAA records of a name, and again when they change', async () => {
    const dns = await openDnsServer(['fdaa::2', 'fdaa::3', '10.0.0.1'])
    const peers = lookUp(dns.server)
    expect(await next(peers)).toEqual(['fdaa::2', 'fdaa::3'])
    dns.addresses = ['fdaa::3', 'fdaa::2']
    const change = next(peers)
    const { queries } = dns
    await eventually('some look-ups of the same', () => dns.queries > queries + 4)
    dns.addresses = ['fdaa::3']
    expect(await change).toEqual(['fdaa::3'])
  })

  it('takes A records when there are no others', async () => {
    const dns = await openDnsServer(['10.0.0.1', '10.0.0.2'])
    expect(await next(lookUp(dns.server))).toEqual(['10.0.0.1', '10.0.0.2'])
  })

  it('keeps the last answer while the server is silent', async () => {
    const dns = await openDnsServer(['fdaa::2'])
    const peers = lookUp(dns.server)
    await next(peers)
    dns.addresses = undefined
    const { queries } = dns
    const change = next(peers)
    await eventually('an unanswered look-up', () => dns.queries > queries)
    dns.addresses = ['fdaa::2', 'fdaa::4']
    expect(await change).toEqual(['fdaa::2', 'fdaa::4'])
  })

  it('yields nobody when the name has no addresses', async () => {
    const dns = await openDnsServer([])
    expect(await next(lookUp(dns.server))).toEqual([])
  })

  it('refuses a server that is no address', () => {
    expect(() => lookUpPeers({ name, port, server: 'dns.example' }, AbortSignal.abort())).toThrow()
  })

  it('lets nodes find each other, as they come', async () => {
    const dns = await openDnsServer(['127.0.0.2'])
    const join = (host: string, port: number) =>
      openTestNode(host, {
        listen: { host, port },
        discovery: { kind: 'dns', name, port, server: dns.server, intervalMs },
      })
    const free = await openTestNode('free', { listen: { host: '127.0.0.9', port: 0 } })
    const first = await join('127.0.0.2', free.address.port)
    const second = await join('127.0.0.3', free.address.port)
    await Promise.all([seen(second, '127.0.0.2'), seen(first, '127.0.0.3')])

    dns.addresses = ['127.0.0.2', '127.0.0.3', '127.0.0.9']
    await Promise.all([seen(second, 'free'), seen(first, 'free')])
    await free.close()
    await Promise.all([gone(second, 'free'), gone(first, 'free')])
  })
})

function lookUp(server: string) {
  const end = new AbortController()
  onTestFinished(() => end.abort())
  return lookUpPeers({ name, port, server, intervalMs }, end.signal)
}

async function next(peers: ReturnType<typeof lookUp>): Promise<string[]> {
  const { value } = await peers.next()
  return value.map(({ host }: { host: string }) => host)
}
