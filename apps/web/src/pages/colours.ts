import { coloursSheet, coloursUrl } from '../components/colours.ts'
import type { Page } from '../page.ts'

/** The style sheet of the colours that site.yaml chooses. An old name is gone: its colours are not known any more. */
export const coloursPage: Page = async ({ site, url }) => {
  if (url.pathname !== coloursUrl(site.colours)) return { kind: 'missing' }
  return {
    kind: 'page',
    body: coloursSheet(site.colours),
    contentType: 'text/css; charset=utf-8',
    topics: ['site'],
    headers: { 'Cache-Control': 'public, max-age=31536000, immutable' },
  }
}
