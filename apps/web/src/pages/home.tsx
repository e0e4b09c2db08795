import { findHome, type Home, homeSlug } from '@atoll/blog'
import { raw } from 'hono/html'
import { Article } from '../components/article.tsx'
import { EmptyState } from '../components/empty-state.tsx'
import { Layout, PageBody, type PageContext, PageHeader } from '../components/layout.tsx'
import { PostEntries } from '../components/post-entry.tsx'
import type { Page } from '../page.ts'
import { contextOf } from './context.ts'

const newestPosts = 8

/** The post `hello-world` where there is one, else what site.yaml says and the newest posts. */
export const homePage: Page = async (request) => {
  const home = await findHome(request.reader, { now: request.now, newest: newestPosts })
  return {
    kind: 'page',
    body: <HomeView context={contextOf(request)} home={home} />,
    topics: [`post:${homeSlug}`, 'posts'],
  }
}

export function HomeView({ context, home }: { context: PageContext; home: Home }) {
  const { site } = context
  return (
    <Layout context={context} metadata={{ canonical: '/', structure: { kind: 'home' } }}>
      {home.post ? <Article site={site} post={home.post} /> : <Introduction context={context} home={home} />}
    </Layout>
  )
}

function Introduction({ context: { site }, home }: { context: PageContext; home: Home }) {
  return (
    <>
      <PageHeader title={site.title} lead={site.description} />
      <PageBody>
        {site.introductionHtml && <div class="prose">{raw(site.introductionHtml)}</div>}
        <section class="newest" aria-labelledby="site:newest">
          <h2 class="section-title" id="site:newest">
            Newest posts
          </h2>
          {home.newest.length > 0 ? (
            <>
              <PostEntries posts={home.newest} site={site} heading="h3" />
              <p class="more">
                <a href="/posts">All posts</a>
              </p>
            </>
          ) : (
            <EmptyState title="Nothing is written yet">
              <p>
                The first post is a Markdown file in <code>posts/</code>. It appears here when it is saved.
              </p>
            </EmptyState>
          )}
        </section>
      </PageBody>
    </>
  )
}
