import { join } from 'node:path'
import { findAsset, findAssetByHash, nextAppearance, readBlob, readSite } from '@atoll/blog'
import type { Route } from '../page.ts'
import { failurePage } from '../pages/failure.tsx'
import { missingPage } from '../pages/missing.tsx'
import { routes } from '../routes.ts'
import { openSocialImages } from '../social/index.ts'
import { openServer, type Server, type ServerOptions, type ServerSettings } from './server.ts'

export interface StartServerOptions extends Pick<ServerOptions, 'repo' | 'limits' | 'log' | 'now'> {
  settings: ServerSettings & {
    /** For what can be made again. */
    cacheFolder: string
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
  const server = await openServer({
    ...options,
    queries,
    routes: [...cardRoutes, ...routes],
    missingPage,
    failurePage,
  }).catch(async (error) => {
    await cards.close()
    throw error
  })
  return { ...server, close: () => server.close().finally(cards.close) }
}
