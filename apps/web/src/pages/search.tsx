import { type PostSearch, type ProjectSearch, searchPosts, searchProjects } from '@atoll/blog'
import { EmptyState } from '../components/empty-state.tsx'
import { Layout, PageBody, type PageContext, PageHeader, PageSide } from '../components/layout.tsx'
import { Pagination } from '../components/pagination.tsx'
import { Panel } from '../components/panel.tsx'
import { PostEntries } from '../components/post-entry.tsx'
import { ProjectEntries } from '../components/project-entry.tsx'
import { type ListQuery, parseListQuery } from '../components/query-url.ts'
import { ResultsLine, SearchForm } from '../components/search-form.tsx'
import { SearchSyntax } from '../components/search-syntax.tsx'
import { countFound } from '../components/wording.ts'
import type { Page } from '../page.ts'
import { contextOf } from './context.ts'
import { postsPerPage } from './posts-per-page.ts'

const path = '/search'

/** Posts and projects at once. Nothing is shown until something is asked. */
export const searchPage: Page = async (request) => {
  const { reader, now, url } = request
  const query = { ...parseListQuery(url), tags: [] }
  const found = query.search === '' ? undefined : await searchEverything()
  if (found && query.page > 1 && found.posts.posts.length === 0) return { kind: 'missing' }
  return {
    kind: 'page',
    body: <SearchView context={contextOf(request)} query={query} found={found} />,
    topics: found ? ['search', 'posts', 'projects'] : [],
  }

  async function searchEverything(): Promise<Found> {
    const posts = await searchPosts(reader, { query: query.search, now, page: query.page, perPage: postsPerPage })
    // Looking for what projects are nearly called takes longer than all the rest.
    const projects = await searchProjects(reader, { query: query.search, isExact: posts.total > 0 })
    return { posts, projects }
  }
}

interface Found {
  posts: PostSearch
  projects: ProjectSearch
}

interface SearchViewProps {
  context: PageContext
  query: Required<ListQuery>
  found: Found | undefined
}

export function SearchView({ context, query, found }: SearchViewProps) {
  return (
    <Layout
      context={context}
      metadata={{
        title: query.search ? `Search: ${query.search}` : 'Search',
        canonical: path,
        structure: { kind: 'other', title: 'Search', path },
      }}
    >
      <PageHeader title="Search" />
      <PageSide>
        <Panel name="syntax" title="How to ask">
          <SearchSyntax />
        </Panel>
      </PageSide>
      <PageBody>
        <SearchForm
          path={path}
          label="Search everything"
          placeholder="Words, &quot;phrases&quot;, tag:…"
          query={query}
        />
        <div class="results" data-live="results">
          {found && <Results context={context} query={query} found={found} />}
        </div>
      </PageBody>
    </Layout>
  )
}

function Results({ context: { site }, query, found }: SearchViewProps & { found: Found }) {
  const { posts, projects } = found
  const pages = Math.ceil(posts.total / postsPerPage)
  const hasProjects = query.page === 1 && projects.projects.length > 0
  const suggestion =
    posts.total + projects.projects.length === 0 ? (posts.suggestion ?? projects.suggestion) : undefined
  return (
    <>
      <ResultsLine
        found={[countFound(posts, 'post'), ...(hasProjects ? [countFound(projects, 'project')] : [])].join(', ')}
        path={path}
        query={query}
        suggestion={suggestion}
      />
      {posts.total === 0 && !hasProjects && (
        <EmptyState title="Nothing Found">
          <p>Try fewer words, or other ones.</p>
        </EmptyState>
      )}
      {posts.posts.length > 0 && (
        <PostEntries posts={posts.posts} site={site} from={(query.page - 1) * postsPerPage + 1} />
      )}
      <Pagination path={path} query={query} page={query.page} pages={pages} />
      {hasProjects && (
        <section aria-labelledby="site:projects">
          <h2 class="section-title" id="site:projects">
            Projects
          </h2>
          <ProjectEntries projects={projects.projects} site={site} heading="h3" />
        </section>
      )}
    </>
  )
}
