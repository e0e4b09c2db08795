import type { BlogTables, PostsOverview, Site } from '@atoll/blog'
import type { Reader } from '@atoll/repo'
import type { JSX } from 'hono/jsx/jsx-runtime'

/** What a page is made from. The server cuts `url` down to the query keys that the route declares. */
export interface PageRequest {
  reader: Reader<BlogTables>
  url: URL
  params: Record<string, string>
  /** ISO 8601 with seconds: what has a later time is not public yet. */
  now: string
  site: Site
  /** What every list of posts shows of all of them, kept from request to request. Topic `titles`. */
  overview: () => Promise<PostsOverview>
  /** Public address of the site, no trailing slash. */
  origin: string
  /** A signed link asks for this one post, draft or not. The answer is never cached. */
  isPreview?: boolean
}

export type PageResult =
  | {
      kind: 'page'
      /** Default 200. */
      status?: number
      /** An element gets its doctype from the server. */
      body: string | Uint8Array | JSX.Element
      /** Default `text/html; charset=utf-8`. */
      contentType?: string
      /** Everything the body was made from: a change to any of them drops the page. */
      topics: string[]
      /** Default true: kept until one of its topics changes. */
      keep?: boolean
      headers?: Record<string, string>
    }
  | { kind: 'redirect'; status: 301 | 302 | 303 | 307 | 308; location: string; topics?: string[] }
  /** The server answers with the 404 page. */
  | { kind: 'missing' }

export type Page = (request: PageRequest) => Promise<PageResult>

export interface RouteOptions {
  /** The query keys the page reads. All others are dropped before the page, and its place in the cache, are looked up. */
  query?: readonly string[]
}

/** One line of the route table; patterns as in Hono (`/posts/:slug`, `/feeds/:tag{.+}`). The first match wins. */
export type Route = readonly [method: 'GET', pattern: string, page: Page, options?: RouteOptions]

/** What a reader may know about a failure: nothing about its cause. */
export interface FailureNotice {
  status: 500 | 503
  /** Stands in the log beside the cause. */
  requestId: string
  /** Absent when the settings were never read. */
  site?: Site
}

/** Renders without asking the database, which may be what failed. */
export type FailurePage = (notice: FailureNotice) => string | JSX.Element
