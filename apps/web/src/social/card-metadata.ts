import type { Site } from '@atoll/blog'
import { type CardImage, siteImageOf } from './social-image-path.ts'

/** What the preview of a shared link is made from. The head component's `Metadata` is one. */
export interface SharedPage {
  /** Without the site's name; absent on the home page. */
  title?: string | undefined
  /** Plain text; the site's own where a page has none. */
  description?: string | undefined
  /** Path of the one address of this content. */
  canonical: string
  type?: 'website' | 'article' | undefined
  /** The site's own card where a page has none. */
  image?: CardImage | undefined
  /** ISO 8601. */
  publishedAt?: string | undefined
  updatedAt?: string | undefined
  tags?: readonly string[] | undefined
}

/** The attributes of one `<meta>`. */
export type MetaTag = { property: string; content: string } | { name: string; content: string }

/**
 * Open Graph, and the one name that Twitter's cards do not take from it. A page that is no article of its own (a list,
 * a project page) is a `website` to Open Graph, so the `article:` names go with posts only.
 */
export function socialMetadata(page: SharedPage, { site, origin }: { site: Site; origin: string }): MetaTag[] {
  const { image = siteImageOf(site), type = 'website' } = page
  const article: [string, string | undefined][] =
    type === 'article'
      ? [
          ['article:published_time', page.publishedAt],
          ['article:modified_time', page.updatedAt],
          ['article:author', site.author.url],
          ...(page.tags ?? []).map((tag): [string, string] => ['article:tag', tag]),
        ]
      : []
  const properties: [string, string | undefined][] = [
    ['og:type', type],
    ['og:site_name', site.title],
    ['og:title', page.title ?? site.title],
    ['og:description', page.description || site.description],
    ['og:url', new URL(page.canonical, origin).href],
    ['og:locale', openGraphLocale(site.language)],
    ['og:image', new URL(image.url, origin).href],
    ['og:image:width', image.width?.toString()],
    ['og:image:height', image.height?.toString()],
    ['og:image:alt', image.alt],
    ...article,
  ]
  return [
    ...properties.flatMap(([property, content]) => (content ? [{ property, content }] : [])),
    { name: 'twitter:card', content: 'summary_large_image' },
  ]
}

const locales = new Map<string, string | undefined>()

/**
 * `language_TERRITORY`, as Open Graph wants it; a language alone gets the territory where most of its readers are.
 * Remembered, because finding out takes a tenth of the time of a page.
 */
function openGraphLocale(language: string): string | undefined {
  if (!locales.has(language)) {
    const { language: name, region } = new Intl.Locale(language).maximize()
    locales.set(language, region && `${name}_${region}`)
  }
  return locales.get(language)
}
