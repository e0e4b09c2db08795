import type { Site } from '@atoll/blog'
import { writeOnce } from './write-once.ts'

/** On a narrow screen the options are up here; on a wide one in the status bar, which stays in view. */
export function SiteHeader({ site, path }: { site: Site; path: string }) {
  return headers(
    site,
    itemsOf(site)
      .map(({ href }) => currency(href, path))
      .join(),
  )
}

/** By what the entries say of the page. */
const headers = writeOnce((site, currencies) => {
  const current = currencies.split(',')
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
          {itemsOf(site).map(({ label, href }, index) => (
            <li>
              <a href={href} aria-current={current[index] || undefined}>
                {label}
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </header>
  )
})

function itemsOf({ navigation }: Site): Site['navigation'] {
  const hasSearch = navigation.some(({ href }) => href === '/search')
  return hasSearch ? navigation : [...navigation, { label: 'Search', href: '/search' }]
}

/** `page` for the page itself, `true` for one that lies under it. */
function currency(href: string, path: string): 'page' | 'true' | '' {
  if (path === href) return 'page'
  return href !== '/' && path.startsWith(`${href}/`) ? 'true' : ''
}
