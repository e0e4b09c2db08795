import type { Site } from '@atoll/blog'
import type { CardImage } from './social-image-path.ts'

/** What a page tells machines about itself, by the kind of page it is. */
export type StructuredPage =
  | { kind: 'home' }
  | { kind: 'post'; post: StructuredPost; trail?: readonly Crumb[] }
  /** Lists and everything else: only where they are. */
  | { kind: 'other'; title: string; path: string; trail?: readonly Crumb[] }

export interface StructuredPost {
  title: string
  path: string
  /** Plain text. */
  description?: string | undefined
  /** ISO 8601. */
  publishedAt?: string | null | undefined
  updatedAt?: string | null | undefined
  tags: readonly string[]
  words: number
  /** The post's own first image, its card, or both. */
  images?: readonly CardImage[] | undefined
}

/** A page above this one; home is always the first and not named. */
export interface Crumb {
  title: string
  path: string
}

interface Context {
  site: Site
  origin: string
}

type Thing = Record<string, unknown>

/** A JSON-LD document. Whoever puts it into a script element escapes `<`. */
export function structuredData(page: StructuredPage, context: Context): Thing {
  return { '@context': 'https://schema.org', '@graph': thingsOf(page, context) }
}

function thingsOf(page: StructuredPage, context: Context): Thing[] {
  if (page.kind === 'home') return [website(context)]
  const trail = page.trail ?? []
  if (page.kind === 'other') return [breadcrumbs([...trail, page], context)]
  return [blogPosting(page.post, context), breadcrumbs([...trail, page.post], context)]
}

function website({ site, origin }: Context): Thing {
  return compact({
    '@type': 'WebSite',
    '@id': `${origin}/#website`,
    url: `${origin}/`,
    name: site.title,
    description: site.description,
    inLanguage: site.language,
    publisher: author({ site, origin }),
    potentialAction: {
      '@type': 'SearchAction',
      target: { '@type': 'EntryPoint', urlTemplate: `${origin}/search?q={search_term_string}` },
      'query-input': 'required name=search_term_string',
    },
  })
}

function blogPosting(post: StructuredPost, context: Context): Thing {
  const { site, origin } = context
  const url = new URL(post.path, origin).href
  const publishedAt = post.publishedAt ?? undefined
  return compact({
    '@type': 'BlogPosting',
    '@id': url,
    mainEntityOfPage: url,
    url,
    headline: post.title,
    description: post.description,
    inLanguage: site.language,
    datePublished: publishedAt,
    dateModified: post.updatedAt ?? publishedAt,
    author: author(context),
    keywords: post.tags,
    wordCount: post.words,
    image: post.images?.map((image) => imageObject(image, origin)),
    isPartOf: { '@type': 'WebSite', '@id': `${origin}/#website`, name: site.title, url: `${origin}/` },
  })
}

/** Nobody is named in code: without an author, the site speaks for itself. */
function author({ site, origin }: Context): Thing {
  const { name, url } = site.author
  return name
    ? compact({ '@type': 'Person', name, url })
    : { '@type': 'Organization', name: site.title, url: `${origin}/` }
}

function imageObject({ url, width, height }: CardImage, origin: string): Thing {
  return compact({ '@type': 'ImageObject', url: new URL(url, origin).href, width, height })
}

function breadcrumbs(trail: readonly Crumb[], { site, origin }: Context): Thing {
  return {
    '@type': 'BreadcrumbList',
    itemListElement: [{ title: site.title, path: '/' }, ...trail].map(({ title, path }, index) => ({
      '@type': 'ListItem',
      position: index + 1,
      name: title,
      item: new URL(path, origin).href,
    })),
  }
}

/** Without what is unknown or empty. */
function compact(thing: Record<string, unknown>): Thing {
  const isKnown = (value: unknown) =>
    value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)
  return Object.fromEntries(Object.entries(thing).filter(([, value]) => isKnown(value)))
}
