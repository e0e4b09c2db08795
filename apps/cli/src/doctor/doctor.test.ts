import { execFileSync } from 'node:child_process'
import type { Resolver } from 'node:dns/promises'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { callService, deriveKeys, encodeValue, listenSecurely } from '@atoll/cluster'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readSettings } from '../settings.ts'
import { openTestSite } from '../testing/open-site.ts'
import { checkConsul } from './consul.ts'
import { checkFlyFile } from './deployment.ts'
import { examine, refuseToStart } from './examine.ts'
import type { Finding } from './findings.ts'
import { judgeRoom, type System } from './machine.ts'
import { checkPublicSite } from './public-site.ts'

let home: string
const servers: Server[] = []
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'atoll-doctor-'))
})
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  rmSync(home, { recursive: true, force: true })
})

const codes = (found: Finding[]) => found.map(({ code }) => code)

describe('the machine', () => {
  const secret = 'x'.repeat(40)
  const litefs = () => ({
    ATOLL_DATA: join(home, 'data'),
    ATOLL_REPLICATION: 'litefs',
    ATOLL_LITEFS_MOUNT: join(home, 'mount'),
    ATOLL_NODE: 'lhr-1',
    ATOLL_CANDIDATES: 'lhr-1',
    ATOLL_PEERS: '10.0.0.2:4100',
    ATOLL_CLUSTER_SECRET: secret,
  })
  /** One in which everything is as it should be. */
  const system = (): System => ({
    mounts: file('mounts', `litefs ${join(home, 'mount')} fuse.litefs rw 0 0\n`),
    tcp: [file('tcp', `  sl local\n   0: 0100007F:4EEA 00000000:0000 0A\n   1: 00000000:0FA0 00000000:0000 0A\n`)],
    fuseDevice: file('fuse', ''),
    path: [folderOf('litefs', 'fusermount3')],
  })
  const look = async (env: NodeJS.ProcessEnv, parts: Partial<System> = {}) =>
    codes(await examine({ settings: () => readSettings({}, env), system: { ...system(), ...parts } }))

  function file(name: string, text: string) {
    writeFileSync(join(home, name), text)
    return join(home, name)
  }

  function folderOf(...programs: string[]) {
    const folder = mkdtempSync(join(home, 'programs-'))
    for (const program of programs) writeFileSync(join(folder, program), '', { mode: 0o755 })
    return folder
  }

  beforeEach(() => {
    mkdirSync(join(home, 'data'))
    mkdirSync(join(home, 'mount'))
  })

  it('that is well has no findings', async () => {
    expect(await look({ ATOLL_DATA: join(home, 'data') })).toEqual([])
    expect(await look(litefs())).toEqual([])
  })

  it.each([
    ['a folder that cannot be made', () => ({ ATOLL_DATA: join(file('a-file', ''), 'data') }), 'data_missing'],
    ['a file in place of the folder', () => ({ ATOLL_DATA: file('a-file', '') }), 'data_not_writable'],
    ['a setting that is wrong', () => ({ PORT: 'eighty' }), 'bad_setting'],
    ['a secret that is short', () => ({ ATOLL_SECRET: 'short' }), 'secret_short'],
    ['no secret among nodes', () => ({ ...litefs(), ATOLL_CLUSTER_SECRET: '' }), 'secret_missing'],
    ['a short secret among nodes', () => ({ ...litefs(), ATOLL_CLUSTER_SECRET: 'short' }), 'secret_short'],
    ['peers without replication', () => ({ ATOLL_PEERS: '10.0.0.2:4100' }), 'bad_setting'],
    ['a name from an image', () => ({ ...litefs(), ATOLL_NODE: '0123456789ab' }), 'name_from_image'],
  ])('with %s', async (_, env, code) => {
    expect(await look({ ATOLL_DATA: join(home, 'data'), ...env() })).toContain(code)
  })

  it('with a database in the folder where LiteFS keeps its own files, which nothing replicates', async () => {
    mkdirSync(join(home, 'litefs/dbs'), { recursive: true })
    writeFileSync(join(home, 'litefs/clusterid'), 'LFSC1')
    const ATOLL_DATA = join(home, 'litefs/site')
    expect(await look({ ATOLL_DATA })).toContain('bypasses_litefs')
    expect(() => refuseToStart(readSettings({}, { ATOLL_DATA }))).toThrow(/never `data.dir`/)
    expect(await look({ ...litefs(), ATOLL_LITEFS_MOUNT: join(home, 'litefs') })).toContain('bypasses_litefs')
  })

  it('with a folder that is no mount in place of the mount', async () => {
    expect(await look(litefs(), { mounts: file('mounts2', 'ext4 / ext4 rw 0 0\n') })).toContain('outside_mount')
  })

  it('without git, which the git hook runs', async () => {
    const env = { ATOLL_DATA: join(home, 'data'), ATOLL_GIT_URL: 'https://example.org/blog' }
    expect(await look(env)).toEqual(['git_missing'])
    expect(await look(env, { path: [folderOf('git')] })).toEqual([])
  })

  it('without FUSE', async () => {
    expect(await look(litefs(), { fuseDevice: join(home, 'none') })).toContain('fuse_missing')
  })

  describe('on which `atoll start` runs LiteFS itself', () => {
    const supervised = () => {
      const { ATOLL_CANDIDATES: _, ...env } = litefs()
      return { ...env, ATOLL_CONSUL_URL: 'http://127.0.0.1:8500' }
    }

    it('that is well has no findings, before LiteFS was started and while it runs', async () => {
      expect(await look(supervised(), { mounts: file('mounts2', '') })).toEqual([])
      runGuard()
      expect(await look(supervised())).toEqual([])
    })

    it('whose LiteFS does not show the database although the guard runs', async () => {
      runGuard()
      expect(await look(supervised(), { mounts: file('mounts2', '') })).toEqual(['outside_mount'])
    })

    it.each([
      ['LiteFS', 'fusermount3', 'litefs_missing'],
      ['the program that mounts', 'litefs', 'fuse_missing'],
    ])('without %s', async (_, isThere, code) => {
      expect(await look(supervised(), { path: [folderOf(isThere)] })).toEqual([code])
    })

    it('with LiteFS in a place of its own', async () => {
      const ATOLL_LITEFS = join(folderOf('litefs'), 'litefs')
      expect(await look({ ...supervised(), ATOLL_LITEFS }, { path: [folderOf('fusermount3')] })).toEqual([])
    })

    function runGuard() {
      mkdirSync(join(home, 'data/run'))
      writeFileSync(join(home, 'data/run/guard.sock'), '')
    }
  })

  it.skipIf(process.getuid?.() !== 0)(
    'with a mount or a data folder that is closed to an unprivileged user (needs root to become one)',
    async () => {
      chmodSync(home, 0o755)
      mkdirSync(join(home, 'open'))
      chmodSync(join(home, 'mount'), 0o700)
      chmodSync(join(home, 'data'), 0o755)
      const parts = system()
      // `access` asks for the real user, so what is tested is done by one in a process of its own.
      const script = `process.setgid(65534); process.setuid(65534)
        const { checkMachine } = await import(${JSON.stringify(join(import.meta.dirname, 'machine.ts'))})
        const settings = ${JSON.stringify({ data: join(home, 'data'), replication: 'litefs', litefsMount: join(home, 'mount'), litefsUrl: 'http://127.0.0.1:20202', node: 'a' })}
        console.log(JSON.stringify(checkMachine(settings, ${JSON.stringify(parts)}).map(({ code }) => code)))`
      const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      expect(JSON.parse(printed)).toEqual(['data_not_writable', 'mount_closed'])
    },
  )

  it.each([
    ['00000000:4EEA', 'LiteFS'],
    ['00000000000000000000000000000000:2134', 'Consul'],
    ['0500000A:4EEA', 'LiteFS'],
  ])('with a port open to the world: %s', async (local) => {
    const tcp = [file('tcp2', `  sl local\n   0: ${local} 00000000:0000 0A\n`)]
    expect(await look(litefs(), { tcp })).toEqual(['ports_open'])
  })

  describe('with another node', () => {
    const lookAround = async (address: string, env: NodeJS.ProcessEnv = {}) => {
      const settings = () => readSettings({}, { ...litefs(), ATOLL_PEERS: address, ...env })
      return codes(await examine({ settings, system: system(), asksNodes: true }))
    }
    /** Not an address of this machine as the system lists them, so that it counts as another one. */
    const elsewhere = '127.0.0.9'

    it('of a release that it can talk to, of one that it cannot, and of another cluster', async () => {
      const keys = deriveKeys(secret)
      let protocols = [1]
      const listener = await listenSecurely({
        listen: { host: elsewhere, port: 0 },
        keys,
        services: { [callService]: (socket) => socket.write(hello(protocols)) },
      })
      try {
        const address = `${elsewhere}:${listener.address.port}`
        expect(await lookAround(address)).toEqual([])
        protocols = [7]
        expect(await lookAround(address)).toEqual(['versions_cannot_talk'])
        expect(await lookAround(address, { ATOLL_CLUSTER_SECRET: 'y'.repeat(40) })).toEqual(['secret_differs'])
      } finally {
        await listener.close()
      }
    })

    it('that nobody reaches', async () => {
      expect(await lookAround(`${elsewhere}:1`)).toEqual(['node_unreachable'])
    })

    function hello(protocols: number[]): Buffer {
      const of = { instance: 'i', name: 'iad-1', region: 'iad', version: '9.0.0', port: 1, facts: {} }
      const bytes = encodeValue({ kind: 'hello', protocols, ...of })
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return Buffer.concat([length, bytes])
    }
  })

  it('with a disk that is nearly full', () => {
    expect(codes(judgeRoom('/data', { free: 100e6, total: 10e9 }))).toEqual(['disk_nearly_full'])
    expect(codes(judgeRoom('/data', { free: 30e9, total: 1000e9 }))).toEqual(['disk_nearly_full'])
    expect(judgeRoom('/data', { free: 2e9, total: 10e9 })).toEqual([])
  })
})

describe('fly.toml', () => {
  const good = `
kill_timeout = "60s"
[env]
ATOLL_URL = "https://example.org"
ATOLL_DATA = "/var/lib/atoll/site"
[mounts]
source = "data"
destination = "/var/lib/atoll"
[http_service]
internal_port = 4000
auto_stop_machines = "off"
auto_start_machines = false
`
  it('that is well has no findings', () => expect(checkFlyFile(good)).toEqual([]))

  it.each([
    ['auto_stop_machines = "off"', 'auto_stop_machines = "suspend"', 'fly_autostop'],
    ['auto_stop_machines = "off"', 'auto_stop_machines = true', 'fly_autostop'],
    ['auto_start_machines = false', '', 'fly_autostop'],
    ['[mounts]', '[other]', 'fly_without_volume'],
    ['destination = "/var/lib/atoll"', 'destination = "/var/lib/at"', 'fly_data_off_volume'],
    ['internal_port = 4000', 'internal_port = 8080', 'fly_wrong_port'],
    ['kill_timeout = "60s"', '', 'fly_short_kill'],
    ['kill_timeout = "60s"', 'kill_timeout = "30s"', 'fly_short_kill'],
    ['[mounts]', '[deploy]\nrelease_command = "npm run migrate"\n[mounts]', 'fly_release_command'],
    ['ATOLL_URL = "https://example.org"', '', 'fly_no_url'],
    ['[env]', '[env]\nHOST = "127.0.0.1"', 'listens_on_loopback'],
    ['[env]', '[env', 'bad_setting'],
  ])('with %s changed to %j', (from, to, code) => {
    expect(codes(checkFlyFile(good.replace(from, to)))).toEqual([code])
  })
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('Consul', () => {
  const ask = (url: string, litefsData?: string) => checkConsul({ url, key: 'blog/primary', litefsData })

  it('that does not answer, or refuses', async () => {
    expect(codes(await ask('http://127.0.0.1:1'))).toEqual(['consul_unreachable'])
    const url = await serve((_, response) => void response.writeHead(403).end())
    expect(codes(await ask(url))).toEqual(['consul_unreachable'])
  })

  it('that is connected to and stays silent', async () => {
    const [finding] = await ask(await serve(() => {}))
    expect(finding?.message).toMatch(/does not answer: .*timeout/)
  })

  it('whose key belongs to another cluster', async () => {
    const asked: string[] = []
    const url = await serve((request, response) => {
      asked.push(`${request.headers['x-consul-token']} ${request.url}`)
      response.end('LFSC-THEIRS')
    })
    writeFileSync(join(home, 'clusterid'), 'LFSC-OURS\n')
    const address = `${url.replace('//', '//:token@')}/prefix`
    expect(codes(await ask(address, home))).toEqual(['consul_other_cluster'])
    expect(asked).toEqual(['token /v1/kv/prefix/blog/primary/clusterid?raw'])
    writeFileSync(join(home, 'clusterid'), 'LFSC-THEIRS\n')
    expect(await ask(address, home)).toEqual([])
    expect(await ask(address, join(home, 'new'))).toEqual([])
  })
})

describe('a running site', () => {
  const records = (answers: Partial<Record<'a' | 'cname' | 'soa', unknown>> = {}) =>
    ({
      resolve4: async () => answers.a ?? Promise.reject(new Error('none')),
      resolve6: () => Promise.reject(new Error('none')),
      resolveCname: async () => answers.cname ?? Promise.reject(new Error('none')),
      resolveSoa: async () => answers.soa ?? Promise.reject(new Error('none')),
    }) as unknown as Resolver
  const visit = async (url: string, options = {}) =>
    codes(await checkPublicSite(url, { resolver: records(), ...options }))

  it('that is well has no findings', async () => {
    const site = await openTestSite()
    site.server.reportImport({ problems: [] })
    try {
      const found = await visit(site.url)
      // Its public address is another one than the one that was asked.
      expect(found.filter((code) => code !== 'wrong_public_host')).toEqual([])
    } finally {
      await site.close()
    }
  })

  it('that leads in circles', async () => {
    const url: string = await serve(
      (request, response) =>
        void response.writeHead(301, { location: `${url}/${request.url === '/a' ? '' : 'a'}` }).end(),
    )
    expect(await visit(url)).toEqual(['redirect_loop'])
  })

  it('that does not listen', async () => {
    expect(await visit('http://127.0.0.1:1')).toEqual(['not_listening'])
  })

  it('that names another host, is not ready, has another time, other versions and no WebSocket', async () => {
    const url = await serve((request, response) => {
      response.setHeader('date', new Date(Date.now() - 3_600_000).toUTCString())
      if (request.url === '/ready') response.writeHead(503).end('draining')
      else if (request.url === '/api/status') response.end('{"nodes":[{"version":"1"},{"version":"2"}]}')
      else response.end('<link rel="canonical" href="https://example.com/">')
    })
    expect((await visit(url)).toSorted()).toEqual([
      'clock_wrong',
      'not_ready',
      'versions_differ',
      'websocket_fails',
      'wrong_public_host',
    ])
  })

  it('whose name has no address, or is a CNAME where none may be', async () => {
    expect(await visit('http://nowhere.example')).toEqual(['dns_missing'])
    const resolver = records({ a: ['127.0.0.1'], cname: ['app.fly.dev'], soa: { nsname: 'ns' } })
    expect(await visit('http://apex.example:1', { resolver })).toContain('apex_cname')
    const www = records({ a: ['127.0.0.1'], cname: ['app.fly.dev'] })
    expect(await visit('http://www.example:1', { resolver: www })).not.toContain('apex_cname')
  })

  it('whose certificate nobody trusts, or ends soon', async () => {
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '10',
        '-subj',
        '/CN=localhost',
        '-addext',
        'subjectAltName=DNS:localhost',
        '-keyout',
        join(home, 'key.pem'),
        '-out',
        join(home, 'cert.pem'),
      ],
      { stdio: 'ignore' },
    )
    const server = createSecureServer(
      { key: readFileSync(join(home, 'key.pem')), cert: readFileSync(join(home, 'cert.pem')) },
      (_, response) => void response.end(),
    )
    servers.push(server as unknown as Server)
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
    const { port } = server.address() as AddressInfo
    expect(await visit(`https://localhost:${port}`)).toEqual(['certificate_bad'])

    const script = `const { checkPublicSite } = await import(${JSON.stringify(join(import.meta.dirname, 'public-site.ts'))})
      const none = async () => []
      const resolver = { resolve4: none, resolve6: none, resolveCname: none, resolveSoa: none }
      console.log(JSON.stringify(await checkPublicSite('https://localhost:${port}', { resolver })))`
    const trusting = { ...process.env, NODE_EXTRA_CA_CERTS: join(home, 'cert.pem') }
    const { execFile } = await import('node:child_process')
    const printed = await new Promise<string>((resolve) =>
      execFile(process.execPath, ['--input-type=module', '-e', script], { env: trusting }, (_, out) => resolve(out)),
    )
    expect(codes(JSON.parse(printed))).toContain('certificate_ends_soon')
  })
})

describe('atoll doctor', () => {
  it('ends with 1 and says as JSON what it found and what to do', () => {
    const command = join(import.meta.dirname, '../../bin/atoll.js')
    writeFileSync(join(home, 'fly.toml'), '')
    const run = (env: NodeJS.ProcessEnv, ...args: string[]) => {
      try {
        const out = execFileSync(process.execPath, [command, 'doctor', '--fly', join(home, 'none'), ...args], {
          encoding: 'utf8',
          env: { ...process.env, NODE_OPTIONS: '', ...env },
        })
        return { code: 0, out }
      } catch (error) {
        const { status, stdout } = error as { status: number; stdout: string }
        return { code: status, out: stdout }
      }
    }
    expect(run({ ATOLL_DATA: join(home, 'data') })).toEqual({ code: 0, out: 'found nothing wrong\n' })
    const { code, out } = run({ PORT: 'eighty' }, '--json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject([{ code: 'bad_setting', severity: 'fatal', fix: expect.any(String) }])
    expect(existsSync(join(home, 'data'))).toBe(false)
  })
})
