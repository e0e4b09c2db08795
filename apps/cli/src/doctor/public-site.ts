import type { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { connect } from 'node:tls'
import { WebSocket } from 'ws'
import { whyUnanswered } from '../unanswered.ts'
import { type Finding, find } from './findings.ts'

export interface PublicSiteOptions {
  resolver: Pick<Resolver, 'resolve4' | 'resolve6' | 'resolveCname' | 'resolveSoa'>
  now?: () => number
}

const deadlineMs = 8000
const leastCertificateDays = 21
const mostClockMs = 30_000
const mostRedirects = 5

/** Looks at a site as a reader does: name, certificate, redirects, what its pages say of themselves, WebSocket, clock. */
export async function checkPublicSite(address: string, options: PublicSiteOptions): Promise<Finding[]> {
  const url = new URL(address)
  const named = await checkName(url.hostname.replace(/^\[|\]$/g, ''), options.resolver)
  if (named.some(({ code }) => code === 'dns_missing')) return named
  const secured = url.protocol === 'https:' ? await checkCertificate(url, options.now) : []
  if (secured.some(({ code }) => code !== 'certificate_ends_soon')) return [...named, ...secured]
  return [...named, ...secured, ...(await checkPages(url, options.now))]
}

async function checkName(host: string, resolver: PublicSiteOptions['resolver']): Promise<Finding[]> {
  if (isIP(host) || host === 'localhost') return []
  const [v4, v6, cname, soa] = await Promise.all([
    resolver.resolve4(host).catch(() => []),
    resolver.resolve6(host).catch(() => []),
    resolver.resolveCname(host).catch(() => []),
    resolver.resolveSoa(host).catch(() => undefined),
  ])
  // A name with an SOA record is the apex of its zone. Cloudflare hides the CNAME it was given there, and then it works.
  const isApexCname = cname.length > 0 && soa !== undefined
  if (isApexCname) return find('apex_cname', `${host} is a CNAME to ${cname[0]}, and the apex of its zone`)
  return v4.length + v6.length > 0 ? [] : find('dns_missing', `the name ${host} has no address`)
}

function checkCertificate({ hostname, port }: URL, now = Date.now): Promise<Finding[]> {
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname,
      port: Number(port || 443),
      servername: isIP(hostname) ? '' : hostname,
      timeout: deadlineMs,
    })
    const finish = (found: Finding[]) => {
      socket.destroy()
      resolve(found)
    }
    socket.once('secureConnect', () => {
      const days = Math.floor((Date.parse(socket.getPeerCertificate().valid_to) - now()) / 86_400_000)
      finish(
        days < leastCertificateDays
          ? find('certificate_ends_soon', `the certificate of ${hostname} ends in ${days} days`)
          : [],
      )
    })
    socket.once('timeout', () => finish(find('not_listening', `${hostname} does not answer`)))
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const isRefused = /^E(?:CONN|HOST|NET|TIMEDOUT)/.test(error.code ?? '')
      finish(
        isRefused
          ? find('not_listening', `${hostname} does not answer: ${error.code}`)
          : find('certificate_bad', `the certificate of ${hostname} is not accepted: ${error.code ?? error.message}`),
      )
    })
  })
}

async function checkPages(url: URL, now = Date.now): Promise<Finding[]> {
  const visit = await follow(url)
  if ('found' in visit) return visit.found
  const { response, at } = visit
  const sentAt = Date.parse(response.headers.get('date') ?? '')
  const clock =
    Math.abs(sentAt - now()) > mostClockMs
      ? find(
          'clock_wrong',
          `the clock there says ${new Date(sentAt).toISOString()}, here ${new Date(now()).toISOString()}`,
        )
      : []
  const canonical = /<link rel="canonical" href="([^"]+)"/.exec(await response.text())?.[1]
  const host =
    canonical && new URL(canonical, at).origin !== at.origin
      ? find('wrong_public_host', `the pages of ${at.origin} say that they are at ${new URL(canonical).origin}`)
      : []
  return [...clock, ...host, ...(await checkReady(at)), ...(await checkVersions(at)), ...(await checkWebSocket(at))]
}

async function follow(start: URL): Promise<{ response: Response; at: URL } | { found: Finding[] }> {
  let at = start
  const seen = new Set<string>()
  for (let hops = 0; hops <= mostRedirects; hops++) {
    seen.add(at.href)
    let response: Response
    try {
      response = await fetch(at, { redirect: 'manual', signal: AbortSignal.timeout(deadlineMs) })
    } catch (error) {
      return { found: find('not_listening', `${at.origin} does not answer: ${whyUnanswered(error)}`) }
    }
    const location = response.headers.get('location')
    if (response.status < 300 || response.status > 399 || !location) return { response, at }
    at = new URL(location, at)
    if (seen.has(at.href)) break
  }
  return { found: find('redirect_loop', `${start.href} leads back to ${at.href}`) }
}

async function checkReady(at: URL): Promise<Finding[]> {
  const response = await fetch(new URL('/ready', at), {
    redirect: 'manual',
    signal: AbortSignal.timeout(deadlineMs),
  }).catch(() => undefined)
  return response?.status === 503
    ? find('not_ready', `${at.origin} is not ready: ${(await response.text()).split('\n')[0]}`)
    : []
}

async function checkVersions(at: URL): Promise<Finding[]> {
  const response = await fetch(new URL('/api/status', at), { signal: AbortSignal.timeout(deadlineMs) }).catch(
    () => undefined,
  )
  const status = response?.ok
    ? ((await response.json().catch(() => undefined)) as { nodes?: { version: string }[] } | undefined)
    : undefined
  const versions = new Set(status?.nodes?.map(({ version }) => version))
  return versions.size > 1 ? find('versions_differ', `the nodes run ${[...versions].join(' and ')}`) : []
}

async function checkWebSocket(at: URL): Promise<Finding[]> {
  const address = new URL('/live', at)
  address.protocol = at.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(address, { origin: at.origin, handshakeTimeout: deadlineMs })
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.once('open', () => resolve(true))
    socket.once('error', () => resolve(false))
  })
  socket.on('error', () => {})
  socket.terminate()
  return isOpen ? [] : find('websocket_fails', `no WebSocket opens at ${at.origin}`)
}
