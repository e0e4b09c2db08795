import type { Page } from '../page.ts'

/**
 * Everything may be read, except the answers to questions: there is no end to those. Previews are not named: nobody
 * can guess their addresses, and they say `noindex` themselves, which only who may read them learns.
 */
export const robotsPage: Page = async ({ origin }) => ({
  kind: 'page',
  body: [
    'User-agent: *',
    'Disallow: /search?',
    'Disallow: /*?q=',
    'Disallow: /*&q=',
    '',
    `Sitemap: ${origin}/sitemap.xml`,
    '',
  ].join('\n'),
  contentType: 'text/plain; charset=utf-8',
  topics: [],
})
