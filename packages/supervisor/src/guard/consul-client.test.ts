import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest'
import { openConsul, parseConsulUrl } from './consul-client.ts'

/** What Consul does with it is tested on a real one, in cluster-tests/guard. */
describe('openConsul', () => {
  it('sends the token, basic authentication and the key prefix of its URL', async (t) => {
    const asked: IncomingMessage[] = []
    const origin = await serve(t, (request, response) => {
      asked.push(request)
      response.end('[]')
    })
    await openConsul({ url: `${origin.replace('//', '//user:s%40cret@')}/team/` }).list('lease/key')
    expect(asked[0]).toMatchObject({ method: 'GET', url: '/v1/kv/team/lease/key?recurse=' })
    expect(asked[0]!.headers).toMatchObject({
      'x-consul-token': 's@cret',
      authorization: `Basic ${Buffer.from('user:s@cret').toString('base64')}`,
    })
  })

  it('registers the node of its prefix before it makes a session on it', async (t) => {
    const asked: string[] = []
    const origin = await serve(t, (request, response) => {
      asked.push(request.url!)
      response.end('{"ID":"a session"}')
    })
    const consul = openConsul({ url: `${origin}/team` })
    expect(await consul.createSession()).toBe('a session')
    expect(asked).toEqual(['/v1/catalog/register', '/v1/session/create'])
  })

  it('gives up on a Consul that does not answer', async (t) => {
    const origin = await serve(t, () => {})
    const consul = openConsul({ url: origin, deadlineMs: 50 })
    await expect(consul.list('key')).rejects.toMatchObject({
      ...{ code: 'consul_unreachable', applied: 'unknown' },
      message: expect.stringContaining('timeout'),
    })
  })

  it('says why Consul cannot be reached', async (t) => {
    const origin = await serve(t, (request) => request.socket.destroy())
    await expect(openConsul({ url: origin }).list('key')).rejects.toThrow(/other side closed/)
    await expect(openConsul({ url: 'http://127.0.0.1:1' }).list('key')).rejects.toThrow(/bad port|ECONNREFUSED/)
  })

  it.each([
    [500, 'consul_unreachable'],
    [403, 'consul_refused'],
  ])('says what an answer of %d means', async (status, code) => {
    const origin = await serve({ onTestFinished }, (_, response) => response.writeHead(status).end('no'))
    await expect(openConsul({ url: origin }).transact([])).rejects.toMatchObject({ code })
  })

  it('refuses a URL of something else, and does not repeat what may hold a token', () => {
    expect(() => parseConsulUrl('consul://:secret@host')).toThrowError(/neither http nor https/)
    expect(() => parseConsulUrl('consul://:secret@host')).not.toThrowError(/secret/)
    expect(parseConsulUrl('https://:token@consul.example/a-b/')).toEqual({
      origin: 'https://consul.example',
      prefix: 'a-b/',
      headers: { 'x-consul-token': 'token' },
    })
  })
})

async function serve(t: Pick<TestContext, 'onTestFinished'>, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
