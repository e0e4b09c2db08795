import type { Reader } from '@atoll/repo'
import type { BlogTables } from './schema/tables.ts'
import type { Palettes } from './site-colours.ts'

/** What `site.yaml` says, with defaults for what it does not. */
export interface Site {
  title: string
  /** One plain sentence, for `<meta>` and feeds; may be empty. */
  description: string
  author: { name: string; url?: string }
  /** A BCP 47 tag. */
  language: string
  /** An IANA name. */
  timeZone: string
  navigation: NavigationLink[]
  taglines: string[]
  /** Where the site's source is. */
  sourceUrl?: string
  /** Where the file of a page is, with `{path}` for its path within the content folder. See `sourceUrlOf`. */
  fileUrl?: string
  colours: Palettes
  discordId?: string
  /** What readers may say about a post with one tap: an emoji or a word each. None turns it off. */
  reactions: string[]
  /** Markdown, as written. */
  introduction: string
  /** Rendered by the importer. */
  introductionHtml: string
  /** The URL of `custom.css`, set by the importer where there is one. */
  customCss?: string
  /** Set by the importer from the icon files beside `site.yaml`. */
  icons: SiteIcon[]
}

export interface NavigationLink {
  label: string
  /** A path of this site, or an absolute URL. */
  href: string
}

export interface SiteIcon {
  rel: 'icon' | 'apple-touch-icon'
  href: string
  type: string
  /** `32x32`, `any`; absent when unknown. */
  sizes?: string
}

export const defaultSite: Site = {
  title: 'Blog',
  description: '',
  author: { name: '' },
  language: 'en',
  timeZone: 'UTC',
  navigation: [
    { label: 'Home', href: '/' },
    { label: 'Posts', href: '/posts' },
    { label: 'Projects', href: '/projects' },
  ],
  taglines: [],
  colours: { light: {}, dark: {} },
  reactions: ['👍', '❤️', '🎉', '🤔'],
  introduction: '',
  introductionHtml: '',
  icons: [],
}

/** The site as last imported; the defaults before the first import. Topic `site`. */
export async function readSite(reader: Reader<BlogTables>): Promise<Site> {
  const row = await reader.db.selectFrom('site').select('settings').where('id', '=', 1).executeTakeFirst()
  // Settings stored by an older release lack the keys that came after it.
  return row ? { ...defaultSite, ...(JSON.parse(row.settings) as Partial<Site>) } : defaultSite
}

/** Where readers find the file that a page was made from, if the site says so. */
export function sourceUrlOf(site: Site, source: string): string | undefined {
  return site.fileUrl?.replace('{path}', () => source.split('/').map(encodeURIComponent).join('/'))
}
