import type { Site } from '@atoll/blog'

/** On a narrow screen the options are up here; on a wide one in the status bar, which stays in view. */
export function SiteHeader({ site, path }: { site: Site; path: string }) {
  return (
    <header class="site-header" data-live="header">
      <a class="site-title" href="/">
        {site.title}
      </a>
      <button type="button" class="header-options needs-script" popovertarget="site:options">
        Options
      </button>
      {site.taglines.length > 0 && (
        <p
          class="tagline"
          data-kept=""
          data-taglines={site.taglines.length > 1 ? JSON.stringify(site.taglines) : undefined}
        >
          {site.taglines[0]}
        </p>
      )}
      <nav class="site-nav" aria-label="Main">
        <ul>
          {[...site.navigation, ...(hasSearch(site) ? [] : [{ label: 'Search', href: '/search' }])].map(
            ({ label, href }) => (
              <li>
                <a href={href} aria-current={currency(href, path)}>
                  {label}
                </a>
              </li>
            ),
          )}
        </ul>
      </nav>
    </header>
  )
}

function hasSearch(site: Site): boolean {
  return site.navigation.some(({ href }) => href === '/search')
}

/** `page` for the page itself, `true` for one that lies under it. */
function currency(href: string, path: string): 'page' | 'true' | undefined {
  if (path === href) return 'page'
  return href !== '/' && path.startsWith(`${href}/`) ? 'true' : undefined
}
