import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type BlogTables, openBlog } from '@atoll/blog'
import type { Repo } from '@atoll/repo'
import { type AccessScope, type Server, type StartServerOptions, signAccess, startServer } from '@atoll/web'

export interface TestSite {
  home: string
  repo: Repo<BlogTables>
  server: Server
  url: string
  token(...scopes: AccessScope[]): string
  /** A new folder with these files. */
  folder(name: string, files: Record<string, string | Uint8Array>): string
  close(): Promise<void>
}

export const testSecret = 'a secret of thirty-two characters'

/** A real site on a free port of this machine, with an empty database. */
export async function openTestSite(settings: Partial<StartServerOptions['settings']> = {}): Promise<TestSite> {
  const home = mkdtempSync(join(tmpdir(), 'atoll-site-'))
  const repo = await openBlog({ file: join(home, 'atoll.db') })
  const silent = () => {}
  const server = await startServer({
    repo,
    log: { debug: silent, info: silent, warn: silent, error: (details) => console.error(details) },
    settings: {
      host: '127.0.0.1',
      port: 0,
      origin: 'http://localhost',
      contentFolder: join(home, 'content'),
      staticFolder: join(home, 'static'),
      cacheFolder: join(home, 'cache'),
      secret: testSecret,
      largeFileBytes: 8 * 1024 * 1024,
      ...settings,
    },
  })
  return {
    home,
    repo,
    server,
    url: `http://127.0.0.1:${server.port}`,
    token: (...scopes) => signAccess(testSecret, { scopes, expiresAt: Date.now() + 60_000 }),
    folder(name, files) {
      const folder = join(home, name)
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true })
        writeFileSync(join(folder, path), text)
      }
      return folder
    },
    async close() {
      await server.close()
      await repo.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}
