import { raw } from 'hono/html'
import type { PropsWithChildren } from 'hono/jsx'
import { Head, type Metadata, type PageContext } from './head.tsx'
import { Options } from './options.tsx'
import { SiteHeader } from './site-header.tsx'
import { StatusBar } from './status-bar.tsx'

export type { PageContext }

/** The same on every page. */
const options = raw(String(<Options />))

type LayoutProps = PropsWithChildren<{ context: PageContext; metadata: Metadata; screen?: 'blue' }>

/**
 * The document around a page: head, header, `main`, status bar. The ids of the frame have a colon, which no heading
 * of an article has.
 */
export function Layout({ context, metadata, screen, children }: LayoutProps) {
  return (
    <html lang={context.site.language} dir={directionOf(context.site.language)} data-screen={screen}>
      <Head context={context} metadata={metadata} />
      <body>
        <a class="skip-link" href="#site:content">
          Skip to the content
        </a>
        <SiteHeader site={context.site} path={context.path} />
        <main class="page" id="site:content" tabindex={-1} data-live="main">
          {children}
        </main>
        <StatusBar site={context.site} path={context.path} />
        {options}
      </body>
    </html>
  )
}

/** Nothing for what is written from left to right, which is what browsers take everything for. */
function directionOf(language: string): 'rtl' | undefined {
  if (!directions.has(language)) {
    directions.set(language, new Intl.Locale(language).getTextInfo().direction === 'rtl' ? 'rtl' : undefined)
  }
  return directions.get(language)
}

const directions = new Map<string, 'rtl' | undefined>()

interface PageHeaderProps {
  title: string
  id?: string
  /** Under the title, in a softer voice. */
  lead?: string | undefined
}

/** The one `h1` of a page. */
export function PageHeader({ title, id, lead, children }: PropsWithChildren<PageHeaderProps>) {
  return (
    <header class="page-header" data-live="title">
      <h1 class="page-title" id={id} dir="auto">
        {title}
      </h1>
      {lead && <p class="page-lead">{lead}</p>}
      {children}
    </header>
  )
}

/** What helps to find the way: beside the content, or above it on a narrow screen. */
export function PageSide({ children }: PropsWithChildren) {
  return (
    <div class="page-side" data-live="side">
      <div>{children}</div>
    </div>
  )
}

export function PageBody({ children }: PropsWithChildren) {
  return (
    <div class="page-body" data-live="body">
      {children}
    </div>
  )
}
