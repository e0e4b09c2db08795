import { findHome, type Home, homeSlug, listTags, type Tag } from '@atoll/blog'
import { raw } from 'hono/html'
import { Article } from '../components/article.tsx'
import { EmptyState } from '../components/empty-state.tsx'
import { Layout, PageBody, type PageContext, PageHeader, PageSide } from '../components/layout.tsx'
import { Panel } from '../components/panel.tsx'
import { PostEntries } from '../components/post-entry.tsx'
import { TagIndex } from '../components/tags.tsx'
import type { Page } from '../page.ts'
import { contextOf } from './context.ts'

const newestPosts = 8
const shownTags = 16

/** The post `hello-world` where there is one, else what site.yaml says and the newest posts. */
export const homePage: Page = async (request) => {
  const { reader, now } = request
  const home = await findHome(reader, { now, newest: newestPosts })
  const tags = home.post ? [] : await listTags(reader, { now })
  return {
    kind: 'page',
    body: <HomeView context={contextOf(request)} home={home} tags={tags.slice(0, shownTags)} />,
    topics: [`post:${homeSlug}`, 'posts', 'titles'],
  }
}

interface HomeViewProps {
  context: PageContext
  home: Home
  /** The most used ones. */
  tags: Tag[]
}

export function HomeView({ context, home, tags }: HomeViewProps) {
  const { site } = context
  return (
    <Layout context={context} metadata={{ canonical: '/', structure: { kind: 'home' } }}>
      {home.post ? (
        <Article site={site} post={home.post} />
      ) : (
        <Introduction context={context} home={home} tags={tags} />
      )}
    </Layout>
  )
}

function Introduction({ context: { site }, home, tags }: HomeViewProps) {
  return (
    <>
      <PageHeader title={site.title} lead={site.description} />
      {tags.length > 0 && (
        <PageSide>
          <Panel name="tags" title="Tags">
            <TagIndex tags={tags} />
          </Panel>
        </PageSide>
      )}
      <PageBody>
        {site.introductionHtml && (
          <div class="prose" dir="auto">
            {raw(site.introductionHtml)}
          </div>
        )}
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
