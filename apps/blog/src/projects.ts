import type { Reader } from '@atoll/repo'
import { compareNames, selectLanguage } from './name-order.ts'
import type { BlogTables } from './schema/tables.ts'
import { statement } from './statement.ts'
import { tagSlug } from './tag-slug.ts'

export interface Project {
  name: string
  url: string
  /** Plain text. */
  description: string
  /** Labels. */
  tags: string[]
  /** When it was first imported. */
  createdAt: string
}

/** Projects by name; with `tags`, those that have any of them. Topics `projects`, `site`. */
export async function listProjects(
  reader: Reader<BlogTables>,
  { tags = [] }: { tags?: readonly string[] } = {},
): Promise<Project[]> {
  const query = tags.length === 0 ? selectAll({}) : selectTagged({ tags: JSON.stringify(tags.map(tagSlug)) })
  const { projects, language } = await reader.snapshot({ projects: query, language: selectLanguage({}) })
  const compare = compareNames(language[0]!.language)
  return projects.map(toProject).sort((a, b) => compare(a.name, b.name))
}

export interface ProjectRow {
  name: string
  url: string
  description: string
  tags: string
  created_at: string
}

export function toProject({ name, url, description, tags, created_at }: ProjectRow): Project {
  return { name, url, description, tags: JSON.parse(tags) as string[], createdAt: created_at }
}

const columns = 'name, url, description, tags, created_at'

const selectAll = statement<ProjectRow>(`select ${columns} from projects`)

const selectTagged = statement<ProjectRow, { tags: string }>(
  `select ${columns} from projects
  where id in (select project_id from project_tags where tag in (select value from json_each(:tags)))`,
)
