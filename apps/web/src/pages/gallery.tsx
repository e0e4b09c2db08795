import type { PropsWithChildren } from 'hono/jsx'
import { Bluescreen } from '../components/bluescreen.tsx'
import { Badge, EmptyLine, EmptyState } from '../components/empty-state.tsx'
import { Layout, PageBody, type PageContext, PageHeader, PageSide } from '../components/layout.tsx'
import { Pagination } from '../components/pagination.tsx'
import { PostEntries } from '../components/post-entry.tsx'
import { PostLedger } from '../components/post-ledger.tsx'
import { PostMeta } from '../components/post-meta.tsx'
import { ProjectEntries } from '../components/project-entry.tsx'
import { type ListQuery, parseListQuery } from '../components/query-url.ts'
import { ResultsLine, SearchForm } from '../components/search-form.tsx'
import { SeriesBox } from '../components/series-box.tsx'
import { TableOfContents } from '../components/table-of-contents.tsx'
import { TagFilter, TagList } from '../components/tags.tsx'
import { count } from '../components/wording.ts'
import type { Page } from '../page.ts'
import { contextOf } from './context.ts'
import { galleryPosts, galleryProjects, galleryProse, galleryTags, swatches } from './gallery-samples.tsx'

/** Every component in every state, for those who change one. Not in the navigation. */
export const galleryPage: Page = async (request) => ({
  kind: 'page',
  body: <GalleryView context={contextOf(request)} query={parseListQuery(request.url)} />,
  topics: [],
})

const path = '/gallery'
const nothing: ListQuery = { search: '', tags: [] }

export function GalleryView({ context, query }: { context: PageContext; query: ListQuery }) {
  const { site } = context
  const found = galleryPosts.filter(
    ({ tags }) => query.tags.length === 0 || tags.some((tag) => query.tags.includes(tag)),
  )
  const headings = demos.map(([id, text], index) => ({ level: index % 4 === 3 ? 3 : 2, id, text }))
  return (
    <Layout context={context} metadata={{ title: 'Gallery', canonical: path, isUnlisted: true }}>
      <PageHeader title="Gallery" id="gallery" lead="Every component, in every state." />
      <PageSide>
        <TableOfContents title="Gallery" titleId="gallery" headings={headings} />
      </PageSide>
      <PageBody>
        <Demo name="demo-colours">
          <ul class="swatches">
            {swatches.map((name) => (
              <li class={`swatch swatch-${name}`}>{name}</li>
            ))}
          </ul>
        </Demo>
        <Demo name="demo-prose">
          <div class="prose">{galleryProse}</div>
        </Demo>
        <Demo name="demo-badges">
          <Badge>Unexpected Error</Badge> <Badge>Draft</Badge>
        </Demo>
        <Demo name="demo-search">
          <SearchForm
            path={path}
            label="Search the gallery"
            placeholder="(Distributed && Elixir) || Fun"
            query={nothing}
          />
          <SearchForm
            path={path}
            label="Search again"
            placeholder=""
            query={{ search: 'sea', tags: [] }}
            id="gallery:q"
          />
          <ResultsLine found={count(3, 'post')} path={path} query={{ search: 'sea', tags: [] }} />
        </Demo>
        <Demo name="demo-tags">
          <TagList tags={['sea', 'a longer tag', '日本']} path={path} query={query} />
        </Demo>
        <Demo name="demo-filter">
          <TagFilter tags={galleryTags} path={path} query={query} />
        </Demo>
        <Demo name="demo-posts">
          <div class="results" data-live="results">
            <ResultsLine found={count(found.length, 'post')} path={path} query={query} />
            <PostEntries posts={found} site={site} path={path} query={query} heading="h3" />
          </div>
        </Demo>
        <Demo name="demo-meta">
          <PostMeta site={site} post={{ ...galleryPosts[0]!, updatedAt: '2026-11-20T10:00:00Z' }} />
          <PostMeta site={site} post={{ ...galleryPosts[1]!, publishedAt: null, updatedAt: null, readingMinutes: 0 }} />
        </Demo>
        <Demo name="demo-ledger">
          <PostLedger posts={galleryPosts} site={site} />
        </Demo>
        <Demo name="demo-projects">
          <ProjectEntries projects={galleryProjects} site={site} path={path} query={query} heading="h3" />
        </Demo>
        <Demo name="demo-series">
          <SeriesBox name="First" parts={galleryPosts} slug={galleryPosts[0]!.slug} />
          <SeriesBox name="Last" parts={galleryPosts} slug={galleryPosts.at(-1)!.slug} />
        </Demo>
        <Demo name="demo-pages">
          <Pagination path={path} query={nothing} page={1} pages={3} label="First of three" />
          <Pagination path={path} query={nothing} page={2} pages={3} label="Second of three" />
          <Pagination path={path} query={nothing} page={3} pages={3} label="Third of three" />
        </Demo>
        <Demo name="demo-empty">
          <EmptyState title="No Posts Found" />
          <EmptyState title="No Projects Found">
            <p>
              Try fewer words, or <a href={path}>look at everything</a>.
            </p>
          </EmptyState>
          <EmptyLine>No headings available</EmptyLine>
        </Demo>
        <Demo name="demo-banner">
          <p class="banner" role="note">
            <strong>Preview.</strong> This is a draft: only those who have this link can see it.
          </p>
        </Demo>
        <Demo name="demo-bluescreen">
          <div data-screen="blue">
            <Bluescreen title="Unexpected Error" reason="gallery" heading="h3">
              <p>A fatal exception has occurred in the gallery. The current exhibition will be terminated.</p>
            </Bluescreen>
          </div>
        </Demo>
      </PageBody>
    </Layout>
  )
}

const demos = [
  ['demo-colours', 'Colours'],
  ['demo-prose', 'Prose'],
  ['demo-badges', 'Badges'],
  ['demo-search', 'Search'],
  ['demo-tags', 'Tags'],
  ['demo-filter', 'Tag filter'],
  ['demo-posts', 'Posts'],
  ['demo-meta', 'Dates and reading time'],
  ['demo-ledger', 'Ledger'],
  ['demo-projects', 'Projects'],
  ['demo-series', 'Series'],
  ['demo-pages', 'Pages of a list'],
  ['demo-empty', 'Empty states'],
  ['demo-banner', 'Banner'],
  ['demo-bluescreen', 'Bluescreen'],
] as const

const titles: Record<string, string> = Object.fromEntries(demos)

function Demo({ name, children }: PropsWithChildren<{ name: (typeof demos)[number][0] }>) {
  return (
    <section class="demo" aria-labelledby={name}>
      <h2 class="section-title" id={name}>
        {titles[name]}
      </h2>
      <div class="demo-body">{children}</div>
    </section>
  )
}
