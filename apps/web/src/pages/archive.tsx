import { type ArchiveYear, listYear, listYears, type PostSummary } from '@atoll/blog'
import { EmptyState } from '../components/empty-state.tsx'
import { Layout, PageBody, type PageContext, PageHeader, PageSide } from '../components/layout.tsx'
import { Panel } from '../components/panel.tsx'
import { PostLedger } from '../components/post-ledger.tsx'
import { count } from '../components/wording.ts'
import type { Page } from '../page.ts'
import { contextOf } from './context.ts'

const trail = [{ title: 'Archive', path: '/archive' }]

/** The years; the last one at length. */
export const archivePage: Page = async (request) => {
  const { reader, now, site } = request
  const years = await listYears(reader, { now, timeZone: site.timeZone })
  const latest = years[0] ? await listYear(reader, years[0].year, { now, timeZone: site.timeZone }) : []
  return {
    kind: 'page',
    body: <ArchiveView context={contextOf(request)} years={years} posts={latest} />,
    topics: ['titles', 'posts'],
  }
}

export const archiveYearPage: Page = async (request) => {
  const { reader, now, site, params } = request
  if (!/^\d{4}$/.test(params.year!)) return { kind: 'missing' }
  const year = Number(params.year)
  const years = await listYears(reader, { now, timeZone: site.timeZone })
  if (!years.some((other) => other.year === year)) return { kind: 'missing' }
  const posts = await listYear(reader, year, { now, timeZone: site.timeZone })
  return {
    kind: 'page',
    body: <ArchiveView context={contextOf(request)} years={years} year={year} posts={posts} />,
    topics: ['titles', 'posts'],
  }
}

interface ArchiveViewProps {
  context: PageContext
  years: ArchiveYear[]
  /** Absent on the page of all years. */
  year?: number
  posts: PostSummary[]
}

export function ArchiveView({ context, years, year, posts }: ArchiveViewProps) {
  const title = year === undefined ? 'Archive' : String(year)
  const path = year === undefined ? '/archive' : `/archive/${year}`
  const shown = year ?? years[0]?.year
  const total = years.reduce((sum, other) => sum + other.count, 0)
  return (
    <Layout
      context={context}
      metadata={{
        title: year === undefined ? title : `Archive of ${year}`,
        canonical: path,
        structure: { kind: 'other', title, path, trail: year === undefined ? [] : trail },
      }}
    >
      <PageHeader
        title={title}
        lead={
          year === undefined ? `${count(total, 'post')} in ${count(years.length, 'year')}` : count(posts.length, 'post')
        }
      />
      {years.length > 0 && (
        <PageSide>
          <Panel name="years" title="Years">
            <YearIndex years={years} year={shown} />
          </Panel>
        </PageSide>
      )}
      <PageBody>
        {posts.length === 0 && (
          <EmptyState title="Nothing here yet">
            <p>A post with a date appears here by itself.</p>
          </EmptyState>
        )}
        {posts.length > 0 && (
          <section aria-labelledby="site:year">
            {year === undefined && (
              <h2 class="section-title" id="site:year">
                {shown}
              </h2>
            )}
            <PostLedger posts={posts} site={context.site} />
          </section>
        )}
      </PageBody>
    </Layout>
  )
}

function YearIndex({ years, year }: { years: ArchiveYear[]; year: number | undefined }) {
  return (
    <nav aria-label="Years">
      <ul class="index">
        {years.map((other) => (
          <li>
            <a href={`/archive/${other.year}`} aria-current={other.year === year ? 'true' : undefined}>
              {other.year}
              <span class="leader" /> <span class="index-count">{other.count}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
