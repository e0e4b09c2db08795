import { escapeHtml } from '../escape-html.ts'
import { rendererVersion } from '../markdown/renderer-version.ts'
import { searchable } from '../search/searchable.ts'
import { plainDescription } from './description.ts'
import type { Made } from './made.ts'
import { type ProjectEntry, readProjects } from './project-file.ts'
import { sha256 } from './read-source.ts'
import type { DocumentRow } from './render-page.ts'

export async function makeProjects(_path: string, text: string): Promise<Made> {
  const { projects, problems, wrong, isComplete } = readProjects(text)
  const isReadable = projects.length > 0 || problems.length === 0
  if (!isReadable) return { problems }

  const made = projects.map((project) => ({ project, document: toDocument(project) }))
  return {
    problems,
    documents: made.map(({ document }) => document),
    file: {
      kind: 'project',
      isComplete,
      wrong,
      dependsOn: {},
      links: { links: [], ids: [] },
      tags: projects.flatMap(({ tags }) => tags),
      projects: made.map(({ project: { name, url, description, tags, line }, document }) => ({
        name,
        line,
        document_key: document.key,
        url,
        description,
        tags: tags.map(({ label }) => label),
        tag_slugs: tags.map(({ slug }) => slug),
      })),
    },
  }
}

function toDocument({ name, description, tags }: ProjectEntry): DocumentRow {
  const labels = tags.map(({ label }) => label)
  return {
    key: sha256(JSON.stringify([rendererVersion, 'project', name, description, labels])),
    kind: 'project',
    description: plainDescription(description),
    summary_html: `<p>${escapeHtml(description)}</p>`,
    html: '',
    headings: '[]',
    ...searchable({ kind: 'project', title: name, tags: labels, description, text: '' }),
  }
}
