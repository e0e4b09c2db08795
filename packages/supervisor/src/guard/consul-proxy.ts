import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import type { GuardLog } from './log.ts'
import type { LeaseValue } from './records.ts'

/** What stands behind LiteFS's calls. Whatever throws is answered with 500, a moment later: LiteFS tries again at once. */
export interface LeaseCalls {
  clusterId(): Promise<string | undefined>
  setClusterId(id: string): Promise<boolean>
  /** The primary to follow, with an address on loopback; nothing while there is none. */
  primary(): Promise<Pick<LeaseValue, 'hostname' | 'advertise-url'> | undefined>
  createSession(): Promise<string>
  acquire(session: string, value: Pick<LeaseValue, 'hostname' | 'advertise-url'>): Promise<boolean>
  /** False when the lease is gone. */
  renew(session: string): Promise<boolean>
  release(session: string): Promise<void>
}

export interface ConsulProxyOptions {
  /** On loopback; port 0 takes a free one. */
  port: number
  leaseKey: string
  calls: LeaseCalls
  log: GuardLog
}

export interface ConsulProxy {
  readonly port: number
  close(): Promise<void>
}

interface Answer {
  status: number
  body: unknown
}

/** LiteFS pauses for a moment only before it asks again. */
const failureTakesMs = 100

const notFound: Answer = { status: 404, body: '' }

/**
 * The part of Consul's HTTP API that LiteFS 0.5.14 calls (`consul/consul.go`), for a LiteFS that was given
 * `http://127.0.0.1:PORT` without path or token.
 */
export async function openConsulProxy({ port, leaseKey, calls, log }: ConsulProxyOptions): Promise<ConsulProxy> {
  const leasePath = `/v1/kv/${leaseKey}`
  const server = createServer((request, response) => void serve(request, response))
  server.listen(port, '127.0.0.1')
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject))

  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const { status, body } = await answer(request).catch(async (error: Error): Promise<Answer> => {
      log.warn({ error: error.message }, `cannot answer LiteFS: ${request.method} ${request.url}`)
      await delay(failureTakesMs)
      return { status: 500, body: error.message }
    })
    // Consul's client reads these headers whatever it asked.
    response.writeHead(status, {
      'content-type': 'application/json',
      'x-consul-index': '1',
      'x-consul-lastcontact': '0',
    })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }

  async function answer(request: IncomingMessage): Promise<Answer> {
    const { pathname, searchParams } = new URL(request.url!, 'http://guard')
    const call = `${request.method} ${pathname}`
    const [session] = [searchParams.get('acquire') ?? searchParams.get('release')]
    switch (call) {
      case `GET ${leasePath}/clusterid`:
        return entry(`${leaseKey}/clusterid`, await calls.clusterId())
      case `PUT ${leasePath}/clusterid`:
        return { status: (await calls.setClusterId(await text(request))) ? 200 : 500, body: 'true' }
      case `GET ${leasePath}`:
        return primary()
      case 'PUT /v1/session/create':
        return { status: 200, body: { ID: await calls.createSession() } }
    }
    if (call === `PUT ${leasePath}` && session !== null) {
      const body = await text(request)
      if (searchParams.has('acquire')) return ok(await calls.acquire(session, JSON.parse(body) as LeaseValue))
      await calls.release(session)
      return ok(true)
    }
    const [, verb, id] = /^PUT \/v1\/session\/(renew|destroy)\/(.+)$/.exec(call) ?? []
    // LiteFS releases before it destroys, and releasing ends a session that holds nothing more.
    if (verb === 'destroy') return ok(true)
    if (verb === 'renew') return (await calls.renew(id!)) ? { status: 200, body: [{ ID: id, TTL: '10s' }] } : notFound
    return { status: 501, body: `not one of the calls of LiteFS 0.5.14: ${call}` }
  }

  async function primary(): Promise<Answer> {
    const value = await calls.primary()
    return entry(leaseKey, value && JSON.stringify(value))
  }
}

function ok(result: boolean): Answer {
  return { status: 200, body: String(result) }
}

function entry(key: string, value: string | undefined): Answer {
  if (value === undefined) return notFound
  return { status: 200, body: [{ Key: key, Value: Buffer.from(value).toString('base64'), ModifyIndex: 1 }] }
}
