import type { Project, ProjectHit, Site } from '@atoll/blog'
import { raw } from 'hono/html'
import type { ListQuery } from './query-url.ts'
import { TagList } from './tags.tsx'
import { formatDate } from './wording.ts'

interface ProjectEntriesProps {
  /** What a search found says where. */
  projects: (Project | ProjectHit)[]
  site: Site
  path?: string
  query?: ListQuery | undefined
  heading?: 'h2' | 'h3'
}

export function ProjectEntries({
  projects,
  site,
  path = '/projects',
  query,
  heading: Heading = 'h2',
}: ProjectEntriesProps) {
  return (
    <ol class="entries">
      {projects.map((project, index) => (
        <li class="entry">
          <span class="entry-number" aria-hidden="true">
            #{index + 1}
          </span>{' '}
          <Heading class="entry-title">
            <a
              href={project.url}
              rel="noopener noreferrer"
              target="_blank"
              aria-label={`View project: ${project.name} (opens in a new tab)`}
            >
              {'nameHtml' in project ? raw(project.nameHtml) : project.name}
            </a>
          </Heading>
          <p class="entry-text">{'descriptionHtml' in project ? raw(project.descriptionHtml) : project.description}</p>
          <div class="entry-meta">
            <time datetime={project.createdAt}>{formatDate(project.createdAt, 'medium', site)}</time>
            <TagList tags={project.tags} path={path} query={query} />
          </div>
        </li>
      ))}
    </ol>
  )
}
