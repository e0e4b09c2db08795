import { openTestBlog, type TestBlog } from '@atoll/blog/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { signAccess } from '../api/access-token.ts'
import type { Server } from '../server/server.ts'
import { startServer } from '../server/start-server.ts'
import { kindOfAnswer } from './metrics.ts'
import type { Status } from './status.ts'

const secret = 'a secret of thirty-two characters'
const silent = () => {}
let blog: TestBlog
let server: Server
let url: string
const private_ = { backup: 'the folder /mnt/secret is full', node: 'machine-148e' }

beforeEach(async () => {
  blog = await openTestBlog()
  server = await startServer({
    repo: blog.repo,
    log: { debug: silent, info: silent, warn: silent, error: (details) => console.error(details) },
    operations: {
      version: '1.2.3',
      nodes: () => [
        { name: private_.node, region: 'lhr', version: '1.2.3', role: 'primary', isHere: true },
        {
          name: 'machine-2',
          region: 'nrt',
          version: '1.2.2',
          role: 'replica',
          isHere: false,
          lagMs: 120,
          lagTransactions: 3,
          lagHistory: [0, 120],
        },
      ],
      failovers: () => [
        { at: new Date(Date.now() - 3_600_000).toISOString(), from: 'machine-2', to: private_.node, durationMs: 5900 },
      ],
      backups: () => ({
        backup: { at: new Date(Date.now() - 120_000).toISOString(), bytes: 12_000_000, node: private_.node },
        drill: {
          at: new Date(Date.now() - 7_200_000).toISOString(),
          isGood: false,
          reason: private_.backup,
          durationMs: 10,
        },
        failure: { at: new Date().toISOString(), reason: private_.backup },
      }),
    },
    settings: {
      host: '127.0.0.1',
      port: 0,
      origin: 'https://example.org',
      contentFolder: '/nowhere',
      staticFolder: '/nowhere',
      cacheFolder: '/nowhere',
      largeFileBytes: 1000,
      secret,
    },
  })
  server.reportImport({ problems: [], durationMs: 1500 })
  url = `http://127.0.0.1:${server.port}`
})
afterEach(async () => {
  await server.close()
  await blog.close()
})

const operator = {
  headers: { authorization: `Bearer ${signAccess(secret, { scopes: ['operate'], expiresAt: Date.now() + 60_000 })}` },
}

describe('/status', () => {
  it('tells people who is primary, how far the others are, and whether the backups work', async () => {
    const text = (await (await fetch(`${url}/status`)).text()).replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
    expect(text).toContain('lhr (you are here) primary never')
    expect(text).toContain('nrt replica 120 ms')
    expect(text).toContain('1 hour ago: 5.9 s without a primary')
    expect(text).toMatch(/last one is 2 minutes old, 12\.0 MB.*2 hours ago, and could not be restored/)
    expect(text).toContain('the backups need a person')
  })

  it('draws how far the others were, as high as the farthest', async () => {
    const page = await (await fetch(`${url}/status`)).text()
    expect([...page.matchAll(/<polyline points="([^"]*)"/g)].map(([, points]) => points)).toEqual([
      '0.0,15.0 120.0,1.0',
    ])
  })

  it('keeps names of machines and reasons of failures to operators', async () => {
    for (const path of ['/status', '/api/status']) {
      const text = await (await fetch(url + path)).text()
      for (const secretText of Object.values(private_)) expect(text).not.toContain(secretText)
    }
    const status = (await (await fetch(`${url}/api/status`, operator)).json()) as Status
    expect(status.nodes[0]!.name).toBe(private_.node)
    expect(status.backups!.failure!.reason).toBe(private_.backup)
  })
})

describe('/metrics', () => {
  it('has what happened, for operators alone', async () => {
    await fetch(`${url}/posts`)
    await fetch(`${url}/posts`)
    await fetch(`${url}/nowhere`)
    expect((await fetch(`${url}/metrics`)).status).toBe(401)
    const text = await (await fetch(`${url}/metrics`, operator)).text()
    expect(text).toMatch(/atoll_cached_answers_total 1\n/)
    expect(text).toMatch(/atoll_answers_total\{kind="page",status="2xx"\} 1\n/)
    expect(text).toMatch(/atoll_answers_total\{kind="page",status="4xx"\} 1\n/)
    expect(text).toMatch(/atoll_replication_lag_seconds\{node="machine-2",region="nrt"\} 0\.12\n/)
    expect(text).toMatch(/atoll_drill_good 0\n/)
    expect(text).toMatch(/atoll_import_seconds_sum 1\.5\n/)
  })

  it('never has a label that a stranger chose', async () => {
    for (const path of ['/a', '/b?c', '/api/x', '/assets/y', '/%00', '//z']) await fetch(url + path)
    const text = await (await fetch(`${url}/metrics`, operator)).text()
    const kinds = [...text.matchAll(/atoll_answers_total\{kind="([^"]*)",status="([^"]*)"\}/g)].map(([, kind]) => kind)
    expect(new Set(kinds)).toEqual(new Set(['page', 'api', 'asset']))
    expect(kindOfAnswer('/metrics')).toBe('api')
  })
})
