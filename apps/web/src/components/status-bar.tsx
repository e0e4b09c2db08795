import type { Site } from '@atoll/blog'
import { DiscordPlace } from './discord.tsx'
import { writeOnce } from './write-once.ts'

/**
 * The foot of every page, as a certain editor would show it. What is kept has a name: where another one comes before
 * it, neither must be taken for the other.
 */
export function StatusBar({ site, path }: { site: Site; path: string }) {
  return (
    <footer class="status-bar" data-live="foot">
      <span class="status-mode" aria-hidden="true" />
      <span class="status-path">{path === '' ? '[No Name]' : `~${decodePath(path)}`}</span>
      {sameOnAll(site)}
    </footer>
  )
}

const sameOnAll = writeOnce((site) => (
  <>
    <span id="site:here" class="status-here needs-script" data-kept="" hidden />
    {site.discordId && <DiscordPlace />}
    <a href="/rss">RSS</a>
    {site.sourceUrl && (
      <a href={site.sourceUrl} rel="noopener noreferrer" target="_blank" aria-label="Source (opens in a new tab)">
        Source
      </a>
    )}
    <button type="button" class="needs-script" popovertarget="site:options">
      Options
    </button>
    <span id="site:position" class="status-position needs-script" aria-hidden="true" data-kept="" />
  </>
))

/** For eyes; the path itself is what the server was asked. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
