import { escapeHtml, type Site } from '@atoll/blog'
import { raw } from 'hono/html'
import { type FeedLink, siteFeedLinks } from '../feeds/feed-links.ts'
import { allowInlineScript } from '../inline-script.ts'
import { type CardImage, type MetaTag, type StructuredPage, socialMetadata, structuredData } from '../social/index.ts'
import { staticText, staticUrl } from '../static.ts'
import { coloursUrl } from './colours.ts'
import { writeOnce } from './write-once.ts'

/** What every page is given, whatever it shows. */
export interface PageContext {
  site: Site
  /** Public address of the site, no trailing slash. */
  origin: string
  /** Of this page, without the query; '' where there is none. */
  path: string
}

/** What a page says about itself to those who do not read it. */
export interface Metadata {
  /** Without the site's name; absent on the home page. */
  title?: string
  /** Plain text; the site's own where a page has none. */
  description?: string
  /** Path of the one address of this content; absent where there is none, as on an error page. */
  canonical?: string
  type?: 'website' | 'article'
  image?: CardImage | undefined
  /** ISO 8601. */
  publishedAt?: string | undefined
  updatedAt?: string | undefined
  tags?: readonly string[]
  /** The neighbours in a list of several pages. */
  previous?: string | undefined
  next?: string | undefined
  /** Feeds of this page besides the site's own. */
  feeds?: FeedLink[]
  /** For what changes with every question, and what is not for everybody: search results, errors, previews. */
  isUnlisted?: boolean
  structure?: StructuredPage
}

/** Sets the theme before anything is painted; its hash is in the policy of every page. */
const themeScript = staticText('theme.js')
if (themeScript) allowInlineScript(themeScript)

/** The same on every page. */
const first = raw(
  String(
    <>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
    </>,
  ),
)

export function Head({ context, metadata }: { context: PageContext; metadata: Metadata }) {
  const { site, origin } = context
  const { title, description = site.description, canonical } = metadata
  return (
    <head>
      {first}
      <title>{title ? `${title} · ${site.title}` : site.title}</title>
      {resources(site)}
      {description && <meta name="description" content={description} />}
      {metadata.isUnlisted && <meta name="robots" content="noindex" />}
      {canonical && <link rel="canonical" href={origin + canonical} />}
      {metadata.previous && <link rel="prev" href={metadata.previous} />}
      {metadata.next && <link rel="next" href={metadata.next} />}
      {metadata.feeds?.map((feed) => (
        <link rel="alternate" type={feed.type} title={feed.title} href={feed.path} />
      ))}
      {canonical && raw(metaTags(socialMetadata({ ...metadata, canonical }, context)))}
      {metadata.structure && (
        <script type="application/ld+json">{raw(toScriptText(structuredData(metadata.structure, context)))}</script>
      )}
    </head>
  )
}

/** A string, as in post-entry.tsx: a dozen of these are on every page. */
function metaTags(tags: MetaTag[]): string {
  let html = ''
  for (const tag of tags) {
    const named = 'name' in tag ? `name="${tag.name}"` : `property="${tag.property}"`
    html += `<meta ${named} content="${escapeHtml(tag.content)}"/>`
  }
  return html
}

/** What the head of every page names. */
const resources = writeOnce((site) => <Resources site={site} />)

function Resources({ site }: { site: Site }) {
  const ownColours = coloursUrl(site.colours)
  return (
    <>
      {themeScript && <script>{raw(themeScript)}</script>}
      <link rel="preload" href={staticUrl('plex-400.woff2')} as="font" type="font/woff2" crossorigin="" />
      <link rel="stylesheet" href={staticUrl('app.css')} />
      {ownColours && <link rel="stylesheet" href={ownColours} />}
      {site.customCss && <link rel="stylesheet" href={site.customCss} />}
      <script src={staticUrl('app.js')} defer />
      <meta name="color-scheme" content="light dark" />
      {site.author.name && <meta name="author" content={site.author.name} />}
      {site.icons.map(({ rel, href, type, sizes }) => (
        <link rel={rel} href={href} type={type} sizes={sizes} />
      ))}
      {!site.icons.some(({ rel }) => rel === 'icon') && <link rel="icon" href={noIcon} />}
      {siteFeedLinks(site.title).map((feed) => (
        <link rel="alternate" type={feed.type} title={feed.title} href={feed.path} />
      ))}
      <link rel="search" type="application/opensearchdescription+xml" title={site.title} href="/opensearch.xml" />
    </>
  )
}

/** Without a link, browsers ask for /favicon.ico and tell whoever looks into their console that it is missing. */
const noIcon = 'data:,'

/** JSON that cannot end the script element it stands in. */
function toScriptText(data: unknown): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c')
}
