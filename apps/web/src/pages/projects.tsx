import { type ProjectSearch, projectTags, searchProjects, type Tag } from '@atoll/blog'
import { EmptyState } from '../components/empty-state.tsx'
import { Layout, PageBody, type PageContext, PageHeader, PageSide } from '../components/layout.tsx'
import { Panel } from '../components/panel.tsx'
import { ProjectEntries } from '../components/project-entry.tsx'
import { type ListQuery, listUrl, parseListQuery } from '../components/query-url.ts'
import { ResultsLine, SearchForm } from '../components/search-form.tsx'
import { TagFilter } from '../components/tags.tsx'
import { countFound } from '../components/wording.ts'
import type { Page } from '../page.ts'
import { contextOf } from './context.ts'

const path = '/projects'

export const projectsPage: Page = async (request) => {
  const { reader, url } = request
  const query = parseListQuery(url)
  const [tags, found] = await Promise.all([
    projectTags(reader),
    searchProjects(reader, { query: query.search, tags: query.tags }),
  ])
  return {
    kind: 'page',
    body: <ProjectsView context={contextOf(request)} query={query} tags={tags} found={found} />,
    topics: ['projects', 'search'],
  }
}

interface ProjectsViewProps {
  context: PageContext
  query: ListQuery
  tags: Tag[]
  found: ProjectSearch
}

export function ProjectsView({ context, query, tags, found }: ProjectsViewProps) {
  return (
    <Layout
      context={context}
      metadata={{
        title: 'Projects',
        canonical: listUrl(path, { search: '', tags: query.tags }),
        structure: { kind: 'other', title: 'Projects', path },
      }}
    >
      <PageHeader title="Projects" />
      {tags.length > 0 && (
        <PageSide>
          <Panel name="tags" title="Tags">
            <TagFilter tags={tags} path={path} query={query} />
          </Panel>
        </PageSide>
      )}
      <PageBody>
        <SearchForm path={path} label="Search projects" placeholder="(Web || CLI) && !Boring" query={query} />
        <div class="results" data-live="results">
          <ResultsLine found={countFound(found, 'project')} path={path} query={query} suggestion={found.suggestion} />
          {found.projects.length > 0 ? (
            <ProjectEntries projects={found.projects} site={context.site} path={path} query={query} />
          ) : (
            <EmptyState title="No Projects Found" />
          )}
        </div>
      </PageBody>
    </Layout>
  )
}
