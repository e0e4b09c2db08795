import { type SiteSearch, searchSite } from '@atoll/blog'
import type { PropsWithChildren } from 'hono/jsx'
import { EmptyState } from '../components/empty-state.tsx'
import { Layout, PageBody, type PageContext, PageHeader, PageSide } from '../components/layout.tsx'
import { PageEntries } from '../components/page-entries.tsx'
import { Pagination } from '../components/pagination.tsx'
import { Panel } from '../components/panel.tsx'
import { PostEntries } from '../components/post-entry.tsx'
import { ProjectEntries } from '../components/project-entry.tsx'
import { type ListQuery, parseListQuery } from '../components/query-url.ts'
import { ResultsLine, SearchForm } from '../components/search-form.tsx'
import { SearchSyntax } from '../components/search-syntax.tsx'
import { count, countFound } from '../components/wording.ts'
import type { Page } from '../page.ts'
import { contextOf } from './context.ts'
import { postsPerPage } from './posts-per-page.ts'

const path = '/search'

/** Posts, pages and projects at once. Nothing is shown until something is asked. */
export const searchPage: Page = async (request) => {
  const { reader, now, url } = request
  const query = { ...parseListQuery(url), tags: [] }
  const found =
    query.search === ''
      ? undefined
      : await searchSite(reader, { query: query.search, now, page: query.page, perPage: postsPerPage })
  if (found && query.page > 1 && found.posts.length === 0) return { kind: 'missing' }
  return {
    kind: 'page',
    body: <SearchView context={contextOf(request)} query={query} found={found} />,
    topics: found ? ['search', 'posts'] : [],
  }
}

interface SearchViewProps {
  context: PageContext
  query: Required<ListQuery>
  found: SiteSearch | undefined
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

function Results({ context: { site }, query, found }: SearchViewProps & { found: SiteSearch }) {
  const { posts, suggestion } = found
  // On the first page of the posts; the others go on with these.
  const [pages, projects] = query.page === 1 ? [found.pages, found.projects] : [[], []]
  return (
    <>
      <ResultsLine found={countAll(found, { pages, projects })} path={path} query={query} suggestion={suggestion} />
      {found.total + pages.length + projects.length === 0 && (
        <EmptyState title="Nothing Found">
          <p>Try fewer words, or other ones.</p>
        </EmptyState>
      )}
      {pages.length > 0 && (
        <Section name="pages" title="Pages">
          <PageEntries pages={pages} />
        </Section>
      )}
      {posts.length > 0 && <PostEntries posts={posts} site={site} from={(query.page - 1) * postsPerPage + 1} />}
      <Pagination path={path} query={query} page={query.page} pages={Math.ceil(found.total / postsPerPage)} />
      {projects.length > 0 && (
        <Section name="projects" title="Projects">
          <ProjectEntries projects={projects} site={site} heading="h3" />
        </Section>
      )}
    </>
  )
}

function countAll(found: SiteSearch, { pages, projects }: Pick<SiteSearch, 'pages' | 'projects'>): string {
  return [
    countFound(found, 'post'),
    ...(pages.length > 0 ? [count(pages.length, 'page')] : []),
    ...(projects.length > 0 ? [count(projects.length, 'project')] : []),
  ].join(', ')
}

function Section({ name, title, children }: PropsWithChildren<{ name: string; title: string }>) {
  return (
    <section aria-labelledby={`site:${name}`}>
      <h2 class="section-title" id={`site:${name}`}>
        {title}
      </h2>
      {children}
    </section>
  )
}
