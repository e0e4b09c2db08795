import type { Reader } from '@atoll/repo'
import { escapeHtml } from '../escape-html.ts'
import { listProjects, type Project, type ProjectRow, toProject } from '../projects.ts'
import type { BlogTables } from '../schema/tables.ts'
import { statement } from '../statement.ts'
import { tagSlug } from '../tag-slug.ts'
import { createMarker, soughtIn, toHtml } from './marks.ts'
import { type Match, toMatch } from './match.ts'
import { parseSearch } from './parse.ts'
import type { Query } from './query.ts'
import { found, rankedLimit, seen } from './ranking.ts'
import { suggestQuery } from './suggest.ts'
import { widenQuery } from './widen.ts'

export interface ProjectHit extends Project {
  nameHtml: string
  descriptionHtml: string
}

export interface ProjectSearch {
  total: number
  /** There are more, which were not ranked. */
  isMore: boolean
  projects: ProjectHit[]
  /** What the reader may have meant, if nothing was found and this would find something. */
  suggestion: string | undefined
}

interface SearchOptions {
  /** What the reader typed. Where it holds nothing to search for, all projects are listed. */
  query: string
  /** Labels or slugs; projects with any of them. */
  tags?: readonly string[]
}

/** Projects that match, the best first, then the last imported. Topics `search`, `projects`. */
export async function searchProjects(
  reader: Reader<BlogTables>,
  { query: input, tags = [] }: SearchOptions,
): Promise<ProjectSearch> {
  const query = parseSearch(input)
  if (!query) return listAll(reader, tags)
  const narrowing = { kind: 'project' as const, tags: tags.map(tagSlug) }

  const result = await find(query)
  if (result.total > 0) return result
  const wider = await widenQuery(reader, query)
  const widened = wider ? await find(wider) : result
  if (widened.total > 0) return widened
  return { ...result, suggestion: await suggestQuery(reader, query, { ...narrowing, input, now: '' }) }

  async function find(query: Query): Promise<ProjectSearch> {
    const { hits } = await reader.snapshot({ hits: selectHits(toMatch(query, narrowing)) })
    return {
      total: hits.length,
      isMore: (hits[0]?.seen ?? 0) >= rankedLimit,
      projects: hits.map(projectHits(query)),
      suggestion: undefined,
    }
  }
}

/** What was found, with marks where. */
export function projectHits(query: Query): (row: ProjectRow) => ProjectHit {
  const names = createMarker(soughtIn(query, ['title']))
  const descriptions = createMarker(soughtIn(query, ['description']))
  return (row) => ({
    ...toProject(row),
    nameHtml: toHtml(names.mark(row.name)),
    descriptionHtml: toHtml(descriptions.mark(row.description)),
  })
}

async function listAll(reader: Reader<BlogTables>, tags: readonly string[]): Promise<ProjectSearch> {
  const projects = await listProjects(reader, { tags })
  const hits = projects.map((project) => ({
    ...project,
    nameHtml: escapeHtml(project.name),
    descriptionHtml: escapeHtml(project.description),
  }))
  return { total: hits.length, isMore: false, projects: hits, suggestion: undefined }
}

const selectHits = statement<ProjectRow & { seen: number }, Match>(`
  with ${found}
  select name, url, description, tags, created_at, ${seen} as seen
  from (select id, sum(score) as score from found group by id) as ranked
  cross join projects on document_id = ranked.id
  order by score, created_at desc, name collate nocase
`)
