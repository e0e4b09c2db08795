import { findAsset, findAssetByHash, nextAppearance, readBlob, readSite } from '@atoll/blog'
import { failurePage } from './pages/failure.tsx'
import { missingPage } from './pages/missing.tsx'
import { routes } from './routes.ts'
import { openServer, type Server, type ServerOptions } from './server.ts'

export type StartServerOptions = Pick<ServerOptions, 'repo' | 'settings' | 'limits' | 'log' | 'now'>

/** Serves the site that is in the database: joins the server with the pages and the queries of the content. */
export function startServer(options: StartServerOptions): Promise<Server> {
  const queries = { loadSite: readSite, nextScheduled: nextAppearance, findAsset, findAssetByHash, readBlob }
  return openServer({ ...options, queries, routes, missingPage, failurePage })
}
