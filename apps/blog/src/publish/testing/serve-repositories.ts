import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'

export interface RepositoryServer {
  /** With the credentials that it asks for. */
  urlOf(repository: string): string
  /** What git has to trust. */
  certificate: string
  close(): Promise<void>
}

const user = 'reader'
const password = 'of-these-tests'

/** Git's own server program behind https, for the repositories in a folder. */
export async function serveRepositories(folder: string): Promise<RepositoryServer> {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1']
  execFileSync('openssl', [...request, ...subject, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, response) => {
    void answer(folder, request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const { port } = server.address() as AddressInfo
  return {
    urlOf: (repository) => `https://${user}:${password}@localhost:${port}/${repository}/.git`,
    certificate,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function answer(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  if (request.headers.authorization !== expected) {
    response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="content"' }).end()
    return
  }
  const { pathname, search } = new URL(request.url!, 'https://localhost')
  const backend = spawn('git', ['-c', 'safe.directory=*', 'http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      GIT_PROTOCOL: request.headers['git-protocol'] as string | undefined,
    },
  })
  request.pipe(backend.stdin)
  const output = await buffer(backend.stdout)
  const end = output.indexOf('\r\n\r\n')
  for (const line of output.subarray(0, end).toString().split('\r\n')) {
    const [name, value] = line.split(': ')
    if (name === 'Status') response.statusCode = Number.parseInt(value!, 10)
    else response.setHeader(name!, value!)
  }
  response.end(output.subarray(end + 4))
}
