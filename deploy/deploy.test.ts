import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, type TestContext } from 'vitest'
import { parse } from 'yaml'
import { checkFlyFile } from '../apps/cli/src/doctor/deployment.ts'
import { settingsTable } from '../apps/cli/src/settings.ts'
import { contextFiles } from './context.ts'

const read = (file: string) => readFileSync(join(import.meta.dirname, file), 'utf8')

/** Programs of other packages; where one is missing a test is skipped, and says how to get it. */
const isThere = (program: string) => spawnSync('which', [program]).status === 0
const needs = (program: string, from: string) => {
  const isMissing = !isThere(program)
  if (isMissing) console.warn(`skipping what needs ${program}: run \`apt-get install -y ${from}\``)
  return isMissing && process.env.ATOLL_TEST_EVERYTHING !== '1'
}

describe('the deployment files', () => {
  it('name only settings that exist', () => {
    const known = new Set(
      Object.values(settingsTable).flatMap((setting) => [setting.env, 'alsoEnv' in setting ? setting.alsoEnv : '']),
    )
    const others = new Set(['ATOLL_DOMAIN', 'ATOLL_SITES', 'ATOLL_UPSTREAM', 'ATOLL_ACME'])
    for (const file of ['Dockerfile', 'fly.toml', 'compose.yaml', 'atoll.service', 'Caddyfile', 'Caddyfile.three']) {
      const named = [...read(file).matchAll(/\b(?:ATOLL|FLY)_[A-Z_]+\b/g)].map(([name]) => name)
      expect(
        named.filter((name) => !known.has(name) && !others.has(name)),
        file,
      ).toEqual([])
    }
  })

  it('have settings in the guide that systemd and a shell read alike', () => {
    const [, block] = /in `\/etc\/atoll\/environment`.*?```sh\n(.*?)```/s.exec(read('../docs/deploy.md'))!
    const lines = block!
      .trim()
      .split('\n')
      .map((line) => line.trim())
    // systemd keeps what follows a value, a shell ends it at the first space.
    expect(lines.filter((line) => !/^(# .*|[A-Z_]+=[^\s#"'$]+)$/.test(line))).toEqual([])
    const known = new Set<string>(Object.values(settingsTable).map(({ env }) => env))
    expect(lines.map((line) => /^[A-Z_]+/.exec(line)?.[0]).filter((name) => name && !known.has(name))).toEqual([])
  })

  it('let a node finish its handover before it is killed', () => {
    // docs/running.md: 15 + 10 + 5 + 5 s.
    const seconds = (file: string, pattern: RegExp) => Number(pattern.exec(read(file))?.[1])
    expect(seconds('fly.toml', /kill_timeout = '(\d+)s'/)).toBeGreaterThan(35)
    expect(seconds('compose.yaml', /stop_grace_period: (\d+)s/)).toBeGreaterThan(35)
    expect(seconds('atoll.service', /TimeoutStopSec=(\d+)/)).toBeGreaterThan(35)
  })

  it('leave folders and mounts to the supervisor', () => {
    const set = [...read('atoll.service').matchAll(/^(\w+)=/gm)].map(([, name]) => name!)
    // systemd gives all of a StateDirectory to root at each start, and the site cannot write there any more.
    expect(set).not.toContain('StateDirectory')
    // Each of these makes a mount namespace: a command in a shell would not see what LiteFS mounts in the unit.
    const namespaced =
      /^(Protect|Private|ReadOnly|ReadWrite|Inaccessible|Exec(?!Start|Stop|Reload)|TemporaryFile|Bind|Mount|Dynamic|Root)/
    expect(set.filter((name) => namespaced.test(name))).toEqual([])
  })

  it('leave it to atoll to start over with less memory', () => {
    // An environment that has set it is left alone (docs/decisions/009-less-memory.md).
    for (const file of ['atoll.service', 'Dockerfile']) expect(read(file), file).not.toContain('MALLOC_ARENA_MAX')
  })

  it('give the doctor nothing to say about Fly', () => {
    expect(checkFlyFile(read('fly.toml'))).toEqual([])
  })

  it('make the image from what it needs, and build nothing anew for a test or a page of the documentation', () => {
    const files = contextFiles()
    const needed = ['package-lock.json', 'build.ts', 'apps/web/src/index.ts', 'cluster-tests/programs/litefs/go.sum']
    expect(needed.filter((file) => !files.includes(file))).toEqual([])
    expect(files.filter((file) => /^(docs|content|bench)\/|\.md$|\.test\.ts$/.test(file))).toEqual([])
  })

  it.skipIf(needs('systemd-analyze', 'systemd'))('are units that systemd reads', () => {
    const units = ['atoll.service', 'consul.service']
    const { stderr } = spawnSync(
      'systemd-analyze',
      ['verify', ...units.map((unit) => join(import.meta.dirname, unit))],
      { encoding: 'utf8' },
    )
    // The programs are not installed where the tests run; anything else would be a mistake in a file.
    const complaints = stderr.split('\n').filter((line) => /(?:atoll|consul)\.service/.test(line))
    expect(complaints.filter((line) => !/is not executable/.test(line))).toEqual([])
  })

  it('are a compose file of keys that Docker Compose knows', () => {
    const file = parse(read('compose.yaml')) as { services: Record<string, object> } & Record<string, unknown>
    expect(Object.keys(file).filter((key) => !['name', 'services', 'volumes'].includes(key))).toEqual([])
    const known =
      'build image network_mode devices cap_add security_opt environment volumes stop_grace_period restart command'
    for (const [name, service] of Object.entries(file.services)) {
      expect(
        Object.keys(service).filter((key) => !known.split(' ').includes(key)),
        name,
      ).toEqual([])
    }
    const { atoll } = file.services as Record<string, { environment: Record<string, unknown>; volumes: string[] }>
    const values = Object.values(atoll!.environment)
    expect(values.filter((value) => typeof value !== 'string')).toEqual([])
    const volumes = Object.values(file.services).flatMap((service) => (service as { volumes: string[] }).volumes)
    const named = volumes.map((volume) => volume.split(':')[0]!).filter((source) => !/^\.{1,2}\//.test(source))
    expect(named.toSorted()).toEqual(Object.keys(file.volumes as object).toSorted())
  })

  it.skipIf(needs('nix-instantiate', 'nix-bin'))('are a flake that Nix parses', () => {
    const file = join(import.meta.dirname, '../flake.nix')
    expect(
      execFileSync('nix-instantiate', ['--parse', file], { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' }),
    ).toContain('devShells')
  })
})

describe.skipIf(needs('caddy', 'caddy'))('the Caddyfile', () => {
  it('for three machines of one name is one that Caddy takes, and asks both others for a proof', () => {
    const file = join(import.meta.dirname, 'Caddyfile.three')
    const env = { ...process.env, ATOLL_OTHER_1: '10.0.0.2', ATOLL_OTHER_2: '10.0.0.3', HOME: tmpdir() }
    const { status, stderr } = spawnSync('caddy', ['validate', '--config', file, '--adapter', 'caddyfile'], {
      env,
      encoding: 'utf8',
    })
    expect(status, stderr).toBe(0)
    const adapted = execFileSync('caddy', ['adapt', '--config', file, '--adapter', 'caddyfile'], {
      env,
      stdio: 'pipe',
      encoding: 'utf8',
    })
    expect(adapted).toContain('"dial":"10.0.0.2:80"')
    expect(adapted).toContain('"dial":"10.0.0.3:80"')
  })

  it('serves the site, live connections included, and waits for a site that restarts', {
    timeout: 60_000,
  }, async (t) => {
    const folder = temporaryFolder(t)
    const [site, front] = [await freePort(), await freePort()]
    const url = `http://localhost:${front}`
    let atoll = startSite(t, folder, site, url)
    const { ATOLL_SITES, ATOLL_UPSTREAM } = {
      ATOLL_SITES: `http://localhost:${front}`,
      ATOLL_UPSTREAM: `127.0.0.1:${site}`,
    }
    start(t, 'caddy', ['run', '--config', join(import.meta.dirname, 'Caddyfile'), '--adapter', 'caddyfile'], {
      ...{ ATOLL_SITES, ATOLL_UPSTREAM },
      ...{ CADDY_ADMIN: 'off', HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    })
    await expect.poll(() => statusOf(`${url}/posts/hello`), { timeout: 30_000 }).toBe(200)

    const socket = new WebSocket(`${url.replace('http', 'ws')}/live`, { headers: { Origin: url } } as never)
    await new Promise((resolve, reject) => {
      socket.onopen = resolve
      socket.onerror = () => reject(new Error('the live connection did not open'))
    })
    socket.close()

    atoll.kill('SIGTERM')
    await new Promise((resolve) => atoll.once('exit', resolve))
    const waiting = statusOf(`${url}/posts/hello`)
    atoll = startSite(t, folder, site, url)
    expect(await waiting).toBe(200)
  })
})

function startSite(t: TestContext, folder: string, port: number, url: string): ChildProcess {
  const content = join(folder, 'content')
  mkdirSync(join(content, 'posts'), { recursive: true })
  writeFileSync(join(content, 'posts', 'hello.md'), '---\ntitle: Hello\nslug: hello\n---\n\nHello.\n')
  const command = join(import.meta.dirname, '../apps/cli/bin/atoll.js')
  const settings = { ATOLL_CONTENT: content, ATOLL_DATA: join(folder, 'data'), ATOLL_URL: url }
  return start(t, process.execPath, [command, 'start'], { ...settings, HOST: '127.0.0.1', PORT: String(port) })
}

function start(t: TestContext, program: string, args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(program, args, { env: { PATH: process.env.PATH, ...env }, stdio: 'ignore' })
  t.onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
  })
  return child
}

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url, { signal: AbortSignal.timeout(20_000) }).catch(() => undefined)
  await response?.arrayBuffer()
  return response?.status ?? 0
}

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-deploy-'))
  t.onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
