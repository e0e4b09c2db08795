import type { Page } from '../page.ts'

/**
 * Everything may be read. A search names the plain page as its canonical address, so that answers are not listed one
 * by one. Previews are not named: nobody can guess their addresses, and they say `noindex` themselves, which only who
 * may read them learns.
 */
export const robotsPage: Page = async ({ origin }) => ({
  kind: 'page',
  body: `User-agent: *\nDisallow:\n\nSitemap: ${origin}/sitemap.xml\n`,
  contentType: 'text/plain; charset=utf-8',
  topics: [],
})
