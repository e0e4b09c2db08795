import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Site } from '@atoll/blog'
import type { Route } from '../page.ts'
import { openServer, type Server, type ServerOptions } from '../server/server.ts'
import { createFakeRepo, type FakeReader, type FakeRepo } from './fake-repo.ts'

export interface TestServer extends Server {
  repo: FakeRepo
  /** What was logged as an error. */
  errors: object[]
  ask(path: string, options?: AskOptions): Promise<Answer>
  /** Sends bytes as they are and returns all that comes back until the connection ends or falls silent. */
  sendRaw(bytes: string | Uint8Array, options?: { silentMs?: number }): Promise<string>
}

export interface AskOptions {
  method?: string
  headers?: Record<string, string>
  body?: string
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
  text: string
}

export type TestServerOptions = Partial<Omit<ServerOptions, 'settings' | 'repo' | 'queries'>> & {
  repo?: FakeRepo
  queries?: Partial<ServerOptions['queries']>
  settings?: Partial<ServerOptions['settings']>
}

const nothing = async () => undefined

/** A server on a free port whose routes read a fake repo. Its owner closes it. */
export async function openTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { repo = createFakeRepo({ hello: 'Hello' }), settings, queries, log, ...others } = options
  const errors: object[] = []
  const silent = () => {}
  const server = await openServer({
    repo,
    routes: [postRoute],
    log: log ?? { debug: silent, info: silent, warn: silent, error: (details) => void errors.push(details) },
    queries: {
      loadSite: async (reader) => ({ title: (await (reader as FakeReader).read('site')) ?? 'A site' }) as Site,
      loadOverview: async () => ({ total: 0, tags: [] }),
      nextScheduled: nothing,
      findAsset: nothing,
      findAssetByHash: nothing,
      readBlob: nothing,
      ...queries,
    },
    settings: {
      host: '127.0.0.1',
      port: 0,
      origin: 'https://example.org',
      contentFolder: '/nowhere',
      staticFolder: '/nowhere',
      secret: 'a secret that only tests know',
      ...settings,
    },
    ...others,
  })
  server.health.become('serving')
  // Spreading would call the getters once and keep what they said.
  return Object.assign(server, {
    repo,
    errors,
    ask: (path: string, asked?: AskOptions) => ask(server.port, path, asked),
    sendRaw: (bytes: string | Uint8Array, how?: { silentMs?: number }) => sendRaw(server.port, bytes, how),
  })
}

/** `/posts/<name>` shows the text of that name, or there is no such page. */
export const postRoute: Route = [
  'GET',
  '/posts/:slug',
  async ({ reader, params, site, isPreview }) => {
    const text = await (reader as FakeReader).read(params.slug!)
    if (text === undefined || (text.startsWith('draft') && !isPreview)) return { kind: 'missing' }
    return { kind: 'page', body: pageOf(`${site.title}: ${text}`), topics: [`post:${params.slug}`] }
  },
]

/** Long enough to be worth compressing. */
export function pageOf(text: string): string {
  return `<!doctype html><html><body><main><p>${text}</p>${'<p>and so on, and so forth</p>'.repeat(100)}</main></body></html>`
}

function ask(port: number, path: string, { method = 'GET', headers = {}, body }: AskOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const bytes = Buffer.concat(chunks)
        resolve({ status: response.statusCode!, headers: response.headers, body: bytes, text: bytes.toString() })
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}

function sendRaw(port: number, bytes: string | Uint8Array, { silentMs = 5000 } = {}): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const end = () => {
      socket.destroy()
      resolve(Buffer.concat(chunks).toString('latin1'))
    }
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.setTimeout(silentMs, end)
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', end)
    socket.on('close', end)
  })
}
