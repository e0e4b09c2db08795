import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer, get } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const command = join(import.meta.dirname, '../bin/atoll.js')
let folder: string
let content: string
let data: string
const running: ChildProcess[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-start-'))
  content = join(folder, 'content')
  data = join(folder, 'data')
  mkdirSync(join(content, 'posts'), { recursive: true })
  writeFileSync(join(content, 'posts', 'hello.md'), '---\ntitle: Hello\nslug: hello\n---\n\nHello there.\n')
})

afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null) continue
    child.kill('SIGKILL')
    await exitOf(child)
  }
  rmSync(folder, { recursive: true, force: true })
})

function run(args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [command, ...args], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      ATOLL_CONTENT: content,
      ATOLL_DATA: data,
      PORT: '0',
      HOST: '127.0.0.1',
      ...env,
    },
  })
  running.push(child)
  const output = { out: '', err: '' }
  child.stdout.on('data', (chunk) => (output.out += chunk))
  child.stderr.on('data', (chunk) => (output.err += chunk))
  return { child, output, code: exitOf(child) }
}

/** Starts the site and waits until it prints where it is. */
async function start(env: NodeJS.ProcessEnv = {}) {
  const site = run(['start'], env)
  const url = await new Promise<string>((resolve, reject) => {
    site.child.stdout.on('data', () => {
      const found = /at (http:\/\/\S+)/.exec(site.output.out)?.[1]
      if (found) resolve(found)
    })
    void site.code.then((code) => reject(new Error(`ended with ${code}: ${site.output.err}`)))
  })
  return { ...site, url }
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)))
}

describe('atoll start', () => {
  it('imports the content, serves it, and prints the address', async () => {
    const { url, output } = await start()
    expect(output.out).toMatch(/imported in .* 1 added/)
    const page = await fetch(`${url}/posts/hello`)
    expect(page.status).toBe(200)
    const html = await page.text()
    expect(html).toContain('Hello there.')
    expect(html).toContain(`<link rel="canonical" href="http://localhost:${new URL(url).port}/posts/hello"`)
  })

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 on %s, and leaves a whole database', async (signal) => {
    const { child, code } = await start()
    child.kill(signal)
    expect(await code).toBe(0)
    const database = new SQLite(join(data, 'atoll.db'), { readonly: true })
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(database.prepare('select slug from posts').pluck().all()).toEqual(['hello'])
    database.close()
  })

  it('finishes the answer it is in the middle of before it ends', async () => {
    const bytes = 24 * 1024 * 1024
    mkdirSync(join(content, 'assets'))
    writeFileSync(join(content, 'assets', 'large.bin'), Buffer.alloc(bytes, 'x'))
    const { url, child, code } = await start({ ATOLL_LARGE_FILE_MB: '1' })
    const received = new Promise<number>((resolve, reject) => {
      get(`${url}/assets/large.bin`, async (response) => {
        let length = 0
        for await (const chunk of response) {
          if (length === 0) child.kill('SIGTERM')
          length += chunk.length
        }
        resolve(length)
      }).on('error', reject)
    })
    expect(await received).toBe(bytes)
    expect(await code).toBe(0)
  })

  it('serves, and ends, beside a collector of traces that takes spans and never answers', async () => {
    const requests: string[] = []
    const collector = createHttpServer((request) => void requests.push(request.url!))
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = collector.address() as AddressInfo
      const { url, child, code } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` })
      expect((await fetch(`${url}/posts/hello`)).status).toBe(200)
      await vi.waitFor(() => expect(requests).toContain('/v1/traces'), { timeout: 10_000 })
      expect((await fetch(`${url}/posts`)).status).toBe(200)
      child.kill('SIGTERM')
      expect(await code).toBe(0)
    } finally {
      collector.closeAllConnections()
      collector.close()
    }
  })

  it('shows a saved file without a restart', async () => {
    const { url } = await start()
    writeFileSync(join(content, 'posts', 'second.md'), '---\ntitle: Second\nslug: second\n---\n\nAnother one.\n')
    await expect.poll(async () => (await fetch(`${url}/posts/second`)).status, { timeout: 15_000 }).toBe(200)
  })

  it('serves at once what an earlier run imported', async () => {
    const first = await start()
    first.child.kill('SIGTERM')
    await first.code
    const { url, output } = await start()
    expect(output.out).toContain('content is up to date')
    expect((await fetch(`${url}/posts/hello`)).status).toBe(200)
  })

  it.skipIf(process.getuid!() !== 0)('gives up root for the user it is told to become', async () => {
    chmodSync(folder, 0o755)
    const { child } = await start({ ATOLL_USER: 'nobody' })
    expect(readFileSync(`/proc/${child.pid}/status`, 'utf8')).toMatch(/^Uid:\s+65534\s+65534\s+65534\s+65534$/m)
    expect(readFileSync(`/proc/${child.pid}/status`, 'utf8')).toMatch(/^Groups:\s+65534\s*$/m)
    expect(statSync(data).uid).toBe(65534)
  })

  it('makes its secret once, readable by its owner alone', async () => {
    const { child, code } = await start()
    const file = join(data, 'secret')
    const secret = readFileSync(file, 'utf8').trim()
    expect(statSync(file).mode & 0o777).toBe(0o600)
    child.kill('SIGTERM')
    await code
    const again = await start()
    expect(readFileSync(file, 'utf8').trim()).toBe(secret)
    expect(again.output.out + again.output.err).not.toContain(secret)
  })
})

describe('a start that cannot be', () => {
  it('says in one line that the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as { port: number }
    const { output, code } = run(['start'], { PORT: String(port) })
    expect(await code).toBe(1)
    expect(output.err).toBe(
      `atoll: port ${port} is in use; end what listens there, or choose another with PORT or --port\n`,
    )
    taken.close()
  })

  it('says in one line that the data folder cannot be made', async () => {
    writeFileSync(join(folder, 'a-file'), '')
    const { output, code } = run(['start'], { ATOLL_DATA: join(folder, 'a-file', 'data') })
    expect(await code).toBe(1)
    expect(output.err).toMatch(/^atoll: ATOLL_DATA: cannot write to .*a-file\/data \(ENOTDIR\); .*\n$/)
  })

  it.runIf(process.platform === 'linux')('says so too where no folder can be made, as in /proc', async () => {
    const { output, code } = run(['start'], { ATOLL_DATA: '/proc/atoll/data' })
    expect(await code).toBe(1)
    expect(output.err).toMatch(/^atoll: ATOLL_DATA: cannot write to \/proc\/atoll\/data \(ENOENT\); .*\n$/)
  })

  it('does not begin with what the doctor calls fatal: a data folder in that of LiteFS', async () => {
    const litefs = join(folder, 'litefs')
    mkdirSync(join(litefs, 'dbs'), { recursive: true })
    writeFileSync(join(litefs, 'clusterid'), 'LFSC1')
    const { output, code } = run(['start', '--data', join(litefs, 'site')])
    expect(await code).toBe(1)
    expect(output.err).toMatch(/^atoll: .*LiteFS keeps its own files\. Use `fuse\.dir`.*\n$/)
  })

  it('says in one line that a later release wrote the database', async () => {
    const first = run(['import'])
    expect(await first.code).toBe(0)
    const database = new SQLite(join(data, 'atoll.db'))
    database.exec("insert into kysely_migration values ('999-future', '2030-01-01')")
    database.close()
    const { output, code } = run(['start'])
    expect(await code).toBe(1)
    expect(output.err).toMatch(/^atoll: the database is newer than this program: .*999-future.*\n$/)
  })

  it('says in one line which setting is wrong', async () => {
    const { output, code } = run(['start'], { PORT: 'eighty' })
    expect(await code).toBe(1)
    expect(output.err).toBe('atoll: PORT: found "eighty", wanted a port number from 0 to 65535\n')
  })

  it('says in one line that this is the wrong Node', async () => {
    const oldNode = "data:text/javascript,Object.defineProperty(process,'versions',{value:{node:'20.1.0'}})"
    const child = spawn(process.execPath, ['--import', oldNode, command, 'start'])
    let printed = ''
    child.stderr.on('data', (chunk) => (printed += chunk))
    expect(await exitOf(child)).toBe(1)
    expect(printed).toMatch(/^atoll: this is Node 20\.1\.0, and atoll needs Node 26: .*\n$/)
  })
})

describe('atoll import', () => {
  it('ends with 1 and names file, line and reason when a file is broken, and imports the rest', async () => {
    writeFileSync(join(content, 'posts', 'broken.md'), '---\ntitle: [\n---\n\nNo.\n')
    const { output, code } = run(['import'])
    expect(await code).toBe(1)
    expect(output.err).toMatch(/posts\/broken\.md:\d+: error: .+ \[\w+\]/)
    expect(output.err).toMatch(/^1 error, 0 warnings\n {2}bad_front_matter: Correct the YAML at this line\.$/m)
    expect(output.out).toContain('1 added')
  })
})

describe('atoll check', () => {
  it('finds what is broken without writing anything', async () => {
    writeFileSync(
      join(content, 'posts', 'links.md'),
      '---\ntitle: Links\n---\n\n[gone](/posts/gone)\n\n![](../assets/no.png)\n',
    )
    const { output, code } = run(['check'])
    await code
    expect(output.out).toMatch(/posts\/links\.md:5: .*\/posts\/gone/)
    expect(output.out).toMatch(/posts\/links\.md:7: /)
    expect(() => statSync(data)).toThrow('ENOENT')
  })
})

describe('atoll new post', () => {
  it('writes a draft that imports', async () => {
    const { output, code } = run(['new', 'post', 'A "quoted": title'])
    expect(await code).toBe(0)
    const file = readFileSync(join(output.out.trim()), 'utf8')
    expect(file).toContain('is_draft: true')
    expect(await run(['new', 'post', 'Again', '--slug', 'x y']).code).toBe(1)
    expect(await run(['import']).code).toBe(0)
  })
})

describe('atoll preview', () => {
  it('prints a link that shows a draft, which nobody sees otherwise', async () => {
    writeFileSync(
      join(content, 'posts', 'draft.md'),
      '---\ntitle: Draft\nslug: draft\nis_draft: true\n---\n\nNot yet.\n',
    )
    const { url } = await start()
    expect((await fetch(`${url}/posts/draft`)).status).toBe(404)
    const { output, code } = run(['preview', 'draft'])
    expect(await code).toBe(0)
    const { pathname, search } = new URL(output.out.trim())
    const page = await fetch(url + pathname + search)
    expect(page.status).toBe(200)
    expect(page.headers.get('cache-control')).toContain('no-store')
    expect(await page.text()).toContain('Not yet.')
    expect((await fetch(`${url}${pathname}${search.slice(0, -2)}xx`)).status).toBe(404)
  })
})
