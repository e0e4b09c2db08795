import type { Reader } from '@atoll/repo'
import { escapeHtml } from '../escape-html.ts'
import { listPosts, type PostSummary, type SummaryRow, toSummary } from '../posts.ts'
import type { BlogTables } from '../schema/tables.ts'
import { isPublic, statement } from '../statement.ts'
import { tagSlug } from '../tag-slug.ts'
import { createMarker, soughtIn, toHtml } from './marks.ts'
import { type Match, toMatch } from './match.ts'
import { parseSearch } from './parse.ts'
import type { Query } from './query.ts'
import { found, rankedLimit, seen } from './ranking.ts'
import { suggestQuery } from './suggest.ts'
import { widenQuery } from './widen.ts'

/** Its summary is an excerpt, unless the text has nothing of what was searched for: the usual one says more then. */
export interface PostHit extends PostSummary {
  titleHtml: string
}

export interface PostSearch {
  /** How many can be paged through. */
  total: number
  /** There are more, which were not ranked. */
  isMore: boolean
  posts: PostHit[]
  /** What the reader may have meant, if nothing was found and this would find something. */
  suggestion: string | undefined
}

interface SearchOptions {
  /** What the reader typed. Where it holds nothing to search for, all posts are listed. */
  query: string
  /** Labels or slugs; posts with any of them. */
  tags?: readonly string[]
  now: string
  /** From 1. */
  page: number
  perPage: number
}

/** Public posts that match, the best first. Every text is a valid query. Topics `search`, `posts`. */
export async function searchPosts(reader: Reader<BlogTables>, options: SearchOptions): Promise<PostSearch> {
  const query = parseSearch(options.query)
  if (!query) return listAll(reader, options)
  const narrowing = { kind: 'post' as const, tags: (options.tags ?? []).map(tagSlug) }

  const result = await find(query, options.page)
  if (result.total > 0 || options.page > 1) return result
  const wider = await widenQuery(reader, query)
  const widened = wider ? await find(wider, options.page) : result
  if (widened.total > 0) return widened
  return {
    ...result,
    suggestion: await suggestQuery(reader, query, { ...narrowing, input: options.query, now: options.now }),
  }

  async function find(query: Query, page: number): Promise<PostSearch> {
    const { now, perPage } = options
    const { hits } = await reader.snapshot({
      hits: selectHits({
        ...toMatch(query, narrowing),
        now,
        limit: perPage,
        offset: (page - 1) * perPage,
        sought: soughtInText(query),
      }),
    })
    // Only a row can tell how many there are.
    if (hits.length === 0 && page > 1) return { ...(await find(query, 1)), posts: [] }
    return {
      total: hits[0]?.total ?? 0,
      isMore: (hits[0]?.seen ?? 0) >= rankedLimit,
      posts: hits.map(postHits(query)),
      suggestion: undefined,
    }
  }
}

/** What was found, with marks where. */
export function postHits(query: Query): (row: SummaryRow) => PostHit {
  const titles = createMarker(soughtIn(query, ['title']))
  return (row) => ({ ...toSummary(row), titleHtml: toHtml(titles.mark(row.title)) })
}

/** For `search_excerpt`. */
export function soughtInText(query: Query): string {
  return JSON.stringify(soughtIn(query, ['text', 'description']))
}

async function listAll(reader: Reader<BlogTables>, options: SearchOptions): Promise<PostSearch> {
  const { total, posts } = await listPosts(reader, options)
  const hits = posts.map((post) => ({ ...post, titleHtml: escapeHtml(post.title) }))
  return { total, isMore: false, posts: hits, suggestion: undefined }
}

interface HitRow extends SummaryRow {
  total: number
  /** How many were ranked, public or not. */
  seen: number
}

export interface HitValues extends Match {
  now: string
  limit: number
  offset: number
  sought: string
}

/** HTML, of a row of `documents d`. */
export const excerpt = 'coalesce(search_excerpt(d.search_description, :sought), search_excerpt(d.search_text, :sought))'

export const selectHits = statement<HitRow, HitValues>(`
  with ${found},
  ranked as materialized (
    select p.id, p.document_id, p.listed_at, sum(score) as score
    from found cross join posts p on p.document_id = found.id
    where ${isPublic} group by p.id
  )
  select p.slug, p.title, coalesce('<p>' || ${excerpt} || '</p>', d.summary_html) as summary_html, p.published_at,
    p.reading_minutes, p.tags, (select count(*) from ranked) as total, ${seen} as seen
  from (
    select * from ranked order by score, listed_at desc, id desc limit cast(:limit as integer) offset :offset
  ) as shown
  cross join posts p on p.id = shown.id join documents d on d.id = shown.document_id
  order by shown.score, shown.listed_at desc, shown.id desc
`)
