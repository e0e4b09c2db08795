import { findSeries, listSeries, type PostSummary, type Series, seriesSlug } from '@atoll/blog'
import { EmptyState } from '../components/empty-state.tsx'
import { Layout, PageBody, type PageContext, PageHeader } from '../components/layout.tsx'
import { PostEntries } from '../components/post-entry.tsx'
import { count } from '../components/wording.ts'
import type { Page } from '../page.ts'
import { contextOf } from './context.ts'

export const seriesIndexPage: Page = async (request) => {
  const series = await listSeries(request.reader, { now: request.now })
  return { kind: 'page', body: <SeriesIndexView context={contextOf(request)} series={series} />, topics: ['titles'] }
}

/** The posts of one series, under its one address: other spellings lead there. */
export const seriesPage: Page = async (request) => {
  const written = request.params.series!
  const found = await findSeries(request.reader, seriesSlug(written), { now: request.now })
  if (!found) return { kind: 'missing' }
  if (written !== found.series.slug) {
    return { kind: 'redirect', status: 308, location: pathOf(found.series), topics: ['titles'] }
  }
  return {
    kind: 'page',
    body: <SeriesView context={contextOf(request)} {...found} />,
    topics: ['titles', 'posts'],
  }
}

const pathOf = ({ slug }: Series) => `/series/${encodeURIComponent(slug)}`

export function SeriesIndexView({ context, series }: { context: PageContext; series: Series[] }) {
  return (
    <Layout
      context={context}
      metadata={{
        title: 'Series',
        canonical: '/series',
        structure: { kind: 'other', title: 'Series', path: '/series' },
      }}
    >
      <PageHeader title="Series" lead={count(series.length, 'series', 'series')} />
      <PageBody>
        {series.length > 0 ? (
          <ul class="index">
            {series.map((one) => (
              <li>
                <a href={pathOf(one)}>
                  {one.name}
                  <span class="leader" /> <span class="index-count">{count(one.count, 'part')}</span>
                </a>
              </li>
            ))}
          </ul>
        ) : (
          <EmptyState title="No Series Yet">
            <p>
              Posts with the same <code>series</code> stand together here.
            </p>
          </EmptyState>
        )}
      </PageBody>
    </Layout>
  )
}

interface SeriesViewProps {
  context: PageContext
  series: Series
  posts: PostSummary[]
}

export function SeriesView({ context, series, posts }: SeriesViewProps) {
  const path = pathOf(series)
  const trail = [{ title: 'Series', path: '/series' }]
  return (
    <Layout
      context={context}
      metadata={{
        title: series.name,
        canonical: path,
        structure: { kind: 'other', title: series.name, path, trail },
      }}
    >
      <PageHeader title={series.name} lead={`A series in ${count(series.count, 'part')}`} />
      <PageBody>
        <PostEntries posts={posts} site={context.site} />
      </PageBody>
    </Layout>
  )
}
