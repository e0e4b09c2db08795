import { findAsset, findAssetByHash, nextAppearance, readBlob, readPostsOverview, readSite } from '@atoll/blog'
import { openTestBlog, type TestBlog } from '@atoll/blog/testing'
import type { Route } from '../../page.ts'
import { openServer } from '../../server/server.ts'

export interface FeedServer {
  blog: TestBlog
  ask(path: string, headers?: Record<string, string>): Promise<Response>
  read(path: string): Promise<string>
  close(): Promise<void>
}

/** These routes and nothing else, on a real database, as of June 2026. */
export async function openFeedServer(routes: readonly Route[]): Promise<FeedServer> {
  const blog = await openTestBlog()
  const silent = () => {}
  const server = await openServer({
    repo: blog.repo,
    queries: {
      loadSite: readSite,
      loadOverview: readPostsOverview,
      nextScheduled: nextAppearance,
      findAsset,
      findAssetByHash,
      readBlob,
    },
    routes,
    log: { debug: silent, info: silent, warn: silent, error: (details) => console.error(details) },
    now: () => new Date('2026-06-01T00:00:00Z'),
    settings: {
      host: '127.0.0.1',
      port: 0,
      origin: 'https://tide.example',
      contentFolder: '/nowhere',
      staticFolder: '/nowhere',
      secret: 'a secret that only tests know',
    },
  })
  server.reportImport({ problems: [] })
  const ask = (path: string, headers = {}) => fetch(server.address + path, { headers, redirect: 'manual' })
  return {
    blog,
    ask,
    read: async (path) => (await ask(path)).text(),
    async close() {
      await server.close()
      await blog.close()
    },
  }
}
