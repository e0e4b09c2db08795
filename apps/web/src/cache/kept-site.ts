import type { BlogTables, Site } from '@atoll/blog'
import { newerToken, type Reader, type Repo, type Token } from '@atoll/repo'
import type { Drops } from './drops.ts'

export interface SiteState {
  site: Site
  /** The settings were these here. */
  token: Token | undefined
}

export interface KeptSite {
  current(): Promise<SiteState>
  /** Not older than the token, for one reader; not kept. */
  readFor(token: Token): Promise<SiteState>
  /** What is known without asking the database: for pages that tell of its failure. */
  lastKnown(): Site | undefined
}

interface KeepSiteOptions {
  repo: Pick<Repo<BlogTables>, 'reader' | 'announced'>
  loadSite: (reader: Reader<BlogTables>) => Promise<Site>
  drops: Drops
}

/** Every page needs the site's settings, and they hardly change: they are read once after each change. */
export function keepSite({ repo, loadSite, drops }: KeepSiteOptions): KeptSite {
  let kept: SiteState | undefined
  let loading: { begunAt: number; state: Promise<SiteState> } | undefined

  return {
    async current() {
      // Nothing was dropped since, so they are still the same at every commit announced until now.
      if (kept && !isOutdated(kept)) return { site: kept.site, token: newerToken(kept.token, repo.announced) }
      if (loading?.begunAt !== drops.count) {
        const begun = { begunAt: drops.count, state: load() }
        loading = begun
        const end = () => {
          if (loading === begun) loading = undefined
        }
        begun.state.then(end, end)
      }
      return loading!.state
    },
    readFor: (token) => read(repo.reader({ token })),
    lastKnown: () => kept?.site,
  }

  async function load(): Promise<SiteState> {
    const state = await read(repo.reader())
    if (!isOutdated(state)) kept = state
    return state
  }

  async function read(reader: Reader<BlogTables>): Promise<SiteState> {
    const site = await loadSite(reader)
    return { site, token: reader.token }
  }

  function isOutdated({ token }: SiteState): boolean {
    return drops.isOutdated({ topics: ['site'], token, now: '9999' })
  }
}
