import { rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { programPath } from '../programs/programs.ts'
import { eventually } from './eventually.ts'
import { fetchThrough } from './fetch-through.ts'
import type { Host, Network } from './network.ts'
import { type NodeProcess, startProcess } from './processes.ts'

export interface ConsulOptions {
  /** Keeps its data on disk, so that it can stop and start. Takes two seconds longer. Default false. */
  durable?: boolean
}

export interface ConsulRequest {
  method: string
  /** With its query. */
  path: string
  body: string
}

/** Decides what a request gets: what Consul answers to it (`pass()`), another answer, or no answer at all. */
export type Interceptor = (
  request: ConsulRequest,
  pass: () => Promise<Response>,
) => Response | 'cut' | Promise<Response | 'cut'>

export interface Consul extends Host {
  /** Its address for the nodes. */
  readonly url: string
  /** Asks Consul itself, whatever is intercepted. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** From now on nodes' requests go through the interceptor; connections there are, end. */
  intercept(interceptor: Interceptor): Promise<void>
  slow(delayMs: number): Promise<void>
  answer500(): Promise<void>
  /** Ends `intercept`, `slow` and `answer500`. */
  answerWell(): Promise<void>
  /** Kills it; its port refuses connections. */
  stop(): Promise<void>
  /** Starts it with the data it had, so only if it is `durable`. */
  start(): Promise<void>
  /** Kills it and starts it empty. */
  wipe(): Promise<void>
  /** Takes a snapshot, as an operator's backup does; `putBack` restores it while Consul runs. */
  keepState(): Promise<{ putBack(): Promise<void> }>
  freeze(): void
  thaw(): void
  close(): Promise<void>
}

export interface ConsulPlace {
  host: Host
  network: Network
  folder: string
  logs: string
}

const settings = {
  disable_update_check: true,
  log_level: 'warn',
  session_ttl_min: '500ms',
  ports: { dns: -1, grpc: -1, grpc_tls: -1 },
  performance: { raft_multiplier: 1 },
}

/** A real Consul server. What it is asked goes through a door in front of it, where requests can be held up. */
export async function startConsul(place: ConsulPlace, { durable = false }: ConsulOptions = {}): Promise<Consul> {
  const { host, network, folder, logs } = place
  const own = { namespace: host.namespace, address: '127.0.0.1:8500' }
  const front = { namespace: host.namespace, address: `${host.urlHost}:8500` }
  const direct = join(folder, 'consul-direct')
  const data = join(folder, 'consul')
  let running: NodeProcess | undefined
  let interception: Server | undefined

  async function boot() {
    const mode = durable ? ['-server', '-bootstrap-expect=1', `-data-dir=${data}`] : ['-dev']
    running = startProcess(
      programPath('consul'),
      ['agent', ...mode, '-client=127.0.0.1', `-bind=${host.address}`, '-node=consul', '-hcl', toHcl(settings)],
      {
        name: 'consul',
        namespace: host.namespace,
        logFile: join(logs, 'consul.log'),
        cwd: folder,
        env: { PATH: process.env.PATH },
      },
    )
    await eventually('Consul has a leader', async () => {
      if (!running!.isRunning()) throw new Error(`it ended: ${running!.log().slice(-800)}`)
      const response = await consul.fetch('/v1/status/leader')
      return response.status === 200 && (await response.text()).length > 2
    })
    await network.switch.door('consul', front, own)
  }

  async function stop() {
    if (!running) return
    await consul.answerWell()
    await network.switch.shut('consul')
    await running.kill()
    running = undefined
  }

  const consul: Consul = {
    ...host,
    url: `http://${host.urlHost}:8500`,
    fetch: (path, init) => fetchThrough(direct, `http://127.0.0.1:8500${path}`, init),
    async intercept(interceptor) {
      interception?.close()
      const socket = join(folder, `consul-interceptor-${performance.now()}`)
      interception = await listen(interceptor, consul, socket)
      await network.switch.aim('consul', { socket })
    },
    slow: (delayMs) =>
      consul.intercept(async (_, pass) => {
        await new Promise((resolve) => setTimeout(resolve, delayMs))
        return pass()
      }),
    answer500: () => consul.intercept(() => new Response('rpc error: no cluster leader', { status: 500 })),
    async answerWell() {
      if (!interception) return
      await network.switch.aim('consul', own)
      interception.closeAllConnections()
      interception.close()
      interception = undefined
    },
    stop,
    async start() {
      if (!durable) throw new Error('this Consul forgets everything when it stops: start it with { durable: true }')
      await boot()
    },
    async wipe() {
      await stop()
      rmSync(data, { recursive: true, force: true })
      await boot()
    },
    async keepState() {
      const snapshot = await (await consul.fetch('/v1/snapshot')).arrayBuffer()
      return {
        async putBack() {
          const response = await consul.fetch('/v1/snapshot', { method: 'PUT', body: snapshot })
          if (!response.ok) throw new Error(`Consul takes no snapshot: ${await response.text()}`)
        },
      }
    },
    freeze: () => running?.send('SIGSTOP'),
    thaw: () => running?.send('SIGCONT'),
    async close() {
      interception?.closeAllConnections()
      interception?.close()
      await running?.kill()
    },
  }

  await network.switch.door('consul-direct', { socket: direct }, own)
  await boot()
  return consul
}

async function listen(interceptor: Interceptor, consul: Consul, socket: string): Promise<Server> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const body = (await request.toArray()).join('')
    const asked = { method: request.method!, path: request.url!, body }
    const signal = AbortSignal.timeout(11 * 60_000)
    const pass = () =>
      consul.fetch(asked.path, {
        method: asked.method,
        signal,
        headers: forwarded(request),
        ...(body && { body }),
      })
    const result = await interceptor(asked, pass)
    if (result === 'cut') return void request.socket.destroy()
    const bytes = Buffer.from(await result.arrayBuffer())
    // What is longer than two kilobytes comes in chunks, and goes on as a whole.
    result.headers.delete('transfer-encoding')
    response.writeHead(result.status, { ...Object.fromEntries(result.headers), 'content-length': bytes.length })
    response.end(bytes)
  }

  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return server
}

function forwarded({ headers }: IncomingMessage): Record<string, string> {
  const token = headers['x-consul-token']
  return typeof token === 'string' ? { 'x-consul-token': token } : {}
}

function toHcl(values: Record<string, unknown>): string {
  return Object.entries(values)
    .map(([key, value]) =>
      typeof value === 'object'
        ? `${key} { ${toHcl(value as Record<string, unknown>)} }`
        : `${key} = ${JSON.stringify(value)}`,
    )
    .join('\n')
}
