import { execFileSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openTestBlog, type TestBlog } from '@atoll/blog/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Server } from '../server/server.ts'
import { startServer } from '../server/start-server.ts'
import { signAccess } from './access-token.ts'

const secret = 'a secret of thirty-two characters'
const hookSecret = 'another secret of this site'
const silent = () => {}
let home: string
let blog: TestBlog
let server: Server
let url: string
let errors: object[]

beforeEach(async () => {
  errors = []
  home = mkdtempSync(join(tmpdir(), 'atoll-api-'))
  blog = await openTestBlog()
  server = await startServer({
    repo: blog.repo,
    log: { debug: silent, info: silent, warn: silent, error: (details) => errors.push(details) },
    settings: {
      host: '127.0.0.1',
      port: 0,
      origin: 'https://example.org',
      contentFolder: '/nowhere',
      staticFolder: '/nowhere',
      cacheFolder: '/nowhere',
      largeFileBytes: 1024 * 1024,
      secret,
      gitHook: {
        repository: { url: join(home, 'repository'), path: 'content' },
        folder: join(home, 'clone'),
        secret: hookSecret,
      },
    },
  })
  url = `http://127.0.0.1:${server.port}`
})
afterEach(async () => {
  await server.close()
  await blog.close()
  rmSync(home, { recursive: true, force: true })
})

describe('the API', () => {
  const token = signAccess(secret, { scopes: ['publish'], expiresAt: Date.now() + 60_000 })
  const ask = (method: string, path: string, init: RequestInit = {}) => fetch(url + path, { method, ...init })

  it.each([
    ['POST', '/api/publish', 401, 'no_token'],
    ['GET', '/api/publish', 405, 'wrong_method'],
    ['GET', '/api/nothing', 404, 'not_found'],
  ])('answers %s %s with %i and the code %s', async (method, path, status, code) => {
    const answer = await ask(method, path)
    expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([status, code])
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('says what is wrong with a call', async () => {
    const answer = await ask('POST', '/api/publish/plan', {
      headers: { authorization: `Bearer ${token}` },
      body: '{"files":3}',
    })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({
      error: { code: 'bad_request', message: expect.stringContaining('files') },
    })
  })

  it('says that a publication failed whose answer had begun, and logs why', async () => {
    vi.stubEnv('TMPDIR', join(home, 'nowhere'))
    const answer = await ask('POST', '/api/publish', {
      headers: { authorization: `Bearer ${token}` },
      body: '{"files":[],"revision":1}',
    })
    const lines = (await answer.text()).trim().split('\n')
    vi.unstubAllEnvs()
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ error: { code: 'failed' } })
    expect(errors).toMatchObject([{ err: { code: 'ENOENT' }, url: '/api/publish' }])
  })

  it('refuses a body that is too large before it is read', async () => {
    const socket = connect(server.port, '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk) => (answer += chunk))
    socket.on('error', () => {})
    socket.write(
      `POST /api/publish/parts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: 99999999\r\n\r\nabc`,
    )
    await expect.poll(() => answer).toMatch(/^HTTP\/1.1 413[\s\S]*too_large/)
    socket.destroy()
  })
})

describe('the git hook', () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], {
      cwd: join(home, 'repository'),
    })
  const commit = (title: string) => {
    writeFileSync(join(home, 'repository/content/posts/a.md'), `---\ntitle: ${title}\nslug: a\n---\nText.\n`)
    git('add', '.')
    git('commit', '-qm', title)
  }
  const call = (body: string, signedBy = hookSecret) =>
    fetch(`${url}/api/hooks/git`, {
      method: 'POST',
      body,
      headers: { 'x-hub-signature-256': `sha256=${createHmac('sha256', signedBy).update(body).digest('hex')}` },
    })
  const title = async () => (await blog.repo.db.selectFrom('posts').select('title').executeTakeFirst())?.title

  beforeEach(() => {
    mkdirSync(join(home, 'repository/content/posts'), { recursive: true })
    git('init', '-q')
    commit('First')
  })

  it('publishes what the repository has', async () => {
    expect((await call('{"ref":"refs/heads/main"}')).status).toBe(202)
    await expect.poll(title, { timeout: 15_000 }).toBe('First')
    commit('Second')
    await call('{}')
    await expect.poll(title, { timeout: 15_000 }).toBe('Second')
  })

  it('does nothing for whoever does not know the secret', async () => {
    expect((await call('{}', 'guessed')).status).toBe(401)
    expect((await fetch(`${url}/api/hooks/git`, { method: 'POST', body: '{}' })).status).toBe(401)
    expect(await title()).toBeUndefined()
  })
})
