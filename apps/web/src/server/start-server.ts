import { join } from 'node:path'
import {
  type BlogTables,
  findAsset,
  findAssetByHash,
  type ImportReport,
  nextAppearance,
  readBlob,
  readSite,
} from '@atoll/blog'
import type { Repo } from '@atoll/repo'
import { createApi } from '../api/calls.ts'
import { contentCalls } from '../api/content-calls.ts'
import { type GitHookOptions, gitHookCalls } from '../api/git-hook.ts'
import { publishCalls } from '../api/publish-calls.ts'
import type { Route } from '../page.ts'
import { failurePage } from '../pages/failure.tsx'
import { missingPage } from '../pages/missing.tsx'
import { routes } from '../routes.ts'
import { openSocialImages } from '../social/index.ts'
import { openServer, type Server, type ServerOptions, type ServerSettings } from './server.ts'

export interface StartServerOptions extends Pick<ServerOptions, 'limits' | 'log' | 'now' | 'live' | 'condition'> {
  repo: Repo<BlogTables>
  settings: ServerSettings & {
    /** For what can be made again. */
    cacheFolder: string
    /** Files of this size and more cannot be published, pictures excepted. */
    largeFileBytes: number
    /** Absent: there is no hook. */
    gitHook?: Pick<GitHookOptions, 'repository' | 'folder' | 'secret'>
  }
}

/** Serves the site that is in the database: joins the server with the pages and the queries of the content. */
export async function startServer(options: StartServerOptions): Promise<Server> {
  const { settings, log } = options
  const cards = openSocialImages({
    folder: join(settings.cacheFolder, 'social'),
    onError: (error) => log.warn({ err: error }, 'cannot keep a social image'),
  })
  const cardRoutes: Route[] = [
    ['GET', '/social.png', cards.site],
    ['GET', '/social/:file', cards.post],
  ]
  const queries = { loadSite: readSite, nextScheduled: nextAppearance, findAsset, findAssetByHash, readBlob }
  const server: Server = await openServer({
    ...options,
    api: createApi({ calls: calls(), secret: settings.secret, log, ...(options.now && { now: options.now }) }),
    queries,
    routes: [...cardRoutes, ...routes],
    missingPage,
    failurePage,
  }).catch(async (error) => {
    await cards.close()
    throw error
  })
  return { ...server, close: () => server.close().finally(cards.close) }

  function calls() {
    const { largeFileBytes, gitHook } = settings
    const publishing = {
      repo: options.repo,
      largeFileBytes,
      onReport: (report: ImportReport) => server.reportImport(report),
    }
    return {
      ...contentCalls(options.repo),
      ...publishCalls(publishing),
      ...gitHookCalls({ ...publishing, ...gitHook, log }),
    }
  }
}
