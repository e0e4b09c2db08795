import { openTestBlog, type TestBlog } from '@atoll/blog/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Server } from './server.ts'
import { startServer } from './start-server.ts'

let blog: TestBlog
let server: Server

beforeEach(async () => {
  blog = await openTestBlog()
  const silent = () => {}
  server = await startServer({
    repo: blog.repo,
    log: { debug: silent, info: silent, warn: silent, error: (details) => console.error(details) },
    settings: {
      host: '127.0.0.1',
      port: 0,
      origin: 'https://example.org',
      contentFolder: '/nowhere',
      staticFolder: '/nowhere',
      cacheFolder: '/nowhere',
      largeFileBytes: 8 * 1024 * 1024,
      secret: 'a secret that only tests know',
    },
  })
  server.reportImport({ problems: [] })
})

afterEach(async () => {
  await server.close()
  await blog.close()
})

const read = async (path: string) => (await fetch(server.address + path)).text()

describe('startServer', () => {
  it('shows a post as it is in the database, from the moment the writer is answered', async () => {
    blog.addPosts([{ slug: 'hello', title: 'First title', publishedAt: '2026-01-01T00:00:00Z' }])
    const rename = (title: string) => blog.repo.db.updateTable('posts').set({ title }).where('slug', '=', 'hello')
    for (const title of ['Second title', 'Third title', 'Fourth title']) {
      expect(await read('/posts/hello')).not.toContain(title)
      await rename(title).execute()
      expect(await read('/posts/hello')).toContain(title)
    }
  })

  it('never keeps what it read before a change, however readers and writers meet', async () => {
    blog.addPosts([{ slug: 'hello', title: 'Title 0.', publishedAt: '2026-01-01T00:00:00Z' }])
    const rename = (title: string) => blog.repo.db.updateTable('posts').set({ title }).where('slug', '=', 'hello')
    for (let version = 1; version <= 40; version++) {
      const readers = Array.from({ length: 3 }, () => read('/posts/hello'))
      const written = rename(`Title ${version}.`).execute()
      await Promise.all([...readers, written])
      expect(await read('/posts/hello')).toContain(`Title ${version}.`)
    }
    expect(server.cache.size).toBeGreaterThan(0)
  })

  it('has a page with status 404 for all that is not there', async () => {
    const response = await fetch(`${server.address}/nowhere`)
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
    expect(await response.text()).toMatch(/^<!doctype html>/i)
  })
})
