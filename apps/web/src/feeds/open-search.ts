import type { Page } from '../page.ts'
import { element, xmlDocument } from './xml.ts'

/** Lets browsers offer the site's search among their own; named in every page's head. */
export const openSearchPage: Page = async ({ site, origin }) => ({
  kind: 'page',
  body: xmlDocument(
    element(
      'OpenSearchDescription',
      { xmlns: 'http://a9.com/-/spec/opensearch/1.1/' },
      // More than sixteen characters are not allowed.
      element('ShortName', {}, [...site.title].slice(0, 16).join('')),
      element('Description', {}, site.description || site.title),
      element('InputEncoding', {}, 'UTF-8'),
      element('Url', { type: 'text/html', method: 'get', template: `${origin}/search?q={searchTerms}` }),
    ),
  ),
  contentType: 'application/opensearchdescription+xml; charset=utf-8',
  topics: [],
})
