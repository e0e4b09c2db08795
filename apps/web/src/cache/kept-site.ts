import type { BlogTables, Site } from '@atoll/blog'
import type { Reader, Repo } from '@atoll/repo'
import type { Drops } from './drops.ts'

export interface SiteState {
  site: Site
  /** The settings were these at this commit. */
  commit: number
}

export interface KeptSite {
  current(): Promise<SiteState>
  /** What is known without asking the database: for pages that tell of its failure. */
  lastKnown(): Site | undefined
}

interface KeepSiteOptions {
  repo: Pick<Repo<BlogTables>, 'reader' | 'commit'>
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
      if (kept && !isOutdated(kept)) return { site: kept.site, commit: Math.max(kept.commit, repo.commit) }
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
    lastKnown: () => kept?.site,
  }

  async function load(): Promise<SiteState> {
    const reader = repo.reader()
    const site = await loadSite(reader)
    const state = { site, commit: reader.commit }
    if (!isOutdated(state)) kept = state
    return state
  }

  function isOutdated({ commit }: SiteState): boolean {
    return drops.isOutdated({ topics: ['site'], commit, now: '9999' })
  }
}
