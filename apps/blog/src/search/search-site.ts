import type { Reader } from '@atoll/repo'
import { escapeHtml } from '../escape-html.ts'
import type { ProjectRow } from '../projects.ts'
import type { BlogTables } from '../schema/tables.ts'
import { statement } from '../statement.ts'
import { facets } from './facets.ts'
import { createMarker, soughtIn, toHtml } from './marks.ts'
import { matchOthers, toMatch } from './match.ts'
import { parseSearch } from './parse.ts'
import type { Query } from './query.ts'
import { rankedLimit, score } from './ranking.ts'
import { excerpt, type PostHit, postHits, selectHits, soughtInText } from './search-posts.ts'
import { type ProjectHit, projectHits } from './search-projects.ts'
import { suggestQuery } from './suggest.ts'
import { widenQuery } from './widen.ts'

/** A page of its own, from `pages/`. */
export interface PageHit {
  slug: string
  titleHtml: string
  /** An excerpt, or the description. */
  summaryHtml: string
}

export interface SiteSearch {
  /** How many posts can be paged through. */
  total: number
  /** There are more posts, which were not ranked. */
  isMore: boolean
  posts: PostHit[]
  pages: PageHit[]
  projects: ProjectHit[]
  /** What the reader may have meant, if nothing was found and this would find something. */
  suggestion: string | undefined
}

interface SearchOptions {
  /** What the reader typed. */
  query: string
  now: string
  /** Of the posts, from 1. */
  page: number
  perPage: number
}

const nothing: SiteSearch = { total: 0, isMore: false, posts: [], pages: [], projects: [], suggestion: undefined }

/**
 * Everything that matches, by kind, the best first; nothing where there is nothing to search for. One message to the
 * database. Topics `search`, `posts`.
 */
export async function searchSite(reader: Reader<BlogTables>, options: SearchOptions): Promise<SiteSearch> {
  const { query: input, now, page, perPage } = options
  const query = parseSearch(input)
  if (!query) return nothing
  const narrowing = { kind: 'site', tags: [] } as const

  const result = await find(query)
  if (isSomething(result) || page > 1) return result
  const wider = await widenQuery(reader, query)
  const widened = wider ? await find(wider) : result
  if (isSomething(widened)) return widened
  return { ...result, suggestion: await suggestQuery(reader, query, { ...narrowing, input, now }) }

  async function find(query: Query): Promise<SiteSearch> {
    const { posts, others } = await reader.snapshot({
      posts: selectHits({
        ...toMatch(query, narrowing),
        now,
        limit: perPage,
        offset: (page - 1) * perPage,
        sought: soughtInText(query),
      }),
      others: selectOthers({ match: matchOthers(query), sought: soughtInText(query) }),
    })
    return {
      total: posts[0]?.total ?? 0,
      isMore: (posts[0]?.seen ?? 0) >= rankedLimit,
      posts: posts.map(postHits(query)),
      pages: others.filter(({ kind }) => kind === 'page').map(pageHits(query)),
      projects: others
        .filter(({ kind }) => kind === 'project')
        .map(toProjectRow)
        .map(projectHits(query)),
      suggestion: undefined,
    }
  }
}

function isSomething({ total, pages, projects }: SiteSearch): boolean {
  return total + pages.length + projects.length > 0
}

function pageHits(query: Query): (row: OtherRow) => PageHit {
  const titles = createMarker(soughtIn(query, ['title']))
  return (row) => ({
    slug: row.slug,
    titleHtml: toHtml(titles.mark(row.title)),
    summaryHtml: row.excerpt ?? escapeHtml(row.description),
  })
}

interface OtherRow {
  kind: 'page' | 'project'
  slug: string
  title: string
  description: string
  /** HTML. */
  excerpt: string | null
  url: string
  tags: string
  created_at: string
}

function toProjectRow({ title, ...row }: OtherRow): ProjectRow {
  return { name: title, ...row }
}

// By themselves, because a thousand posts may be ranked before them; a site has few of these. Where it has none, FTS5
// must not look up all that the last word may go on with.
const selectOthers = statement<OtherRow, { match: string; sought: string }>(`
  with matching as materialized (
    select rowid as id, ${score} as score from documents_fts
    where documents_fts match
      iif(exists (select 1 from pages) or exists (select 1 from projects), :match, '"${facets.none}"')
    order by rowid desc limit 50
  )
  select iif(pages.slug is null, 'project', 'page') as kind, coalesce(pages.slug, '') as slug,
    coalesce(pages.title, projects.name) as title, coalesce(pages.description, projects.description) as description,
    iif(pages.slug is null, null, ${excerpt}) as excerpt, projects.url, projects.tags, projects.created_at
  from matching cross join documents d on d.id = matching.id
  left join pages on pages.document_id = d.id left join projects on projects.document_id = d.id
  where pages.slug is not null or projects.id is not null
  order by score, created_at desc, title collate nocase
`)
