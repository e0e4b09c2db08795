import { createServer } from 'node:http'

export interface MetricsPort {
  readonly port: number
  close(): Promise<void>
}

/** `/metrics` on a port of its own, for a collector that has no token: whoever can reach it can read it. */
export async function openMetricsPort(
  at: { host: string; port: number },
  answer: () => Promise<{ contentType: string; text: string }>,
): Promise<MetricsPort> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end('the metrics are at /metrics\n')
    answer().then(
      ({ contentType, text }) => response.writeHead(200, { 'Content-Type': contentType }).end(text),
      () => response.writeHead(500).end(),
    )
  })
  server.maxConnections = 16
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: at.host, port: at.port }, resolve)
  })
  return {
    port: (server.address() as { port: number }).port,
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
