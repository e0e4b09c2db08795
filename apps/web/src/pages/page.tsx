import { findPage, findPermalink, findRedirect, type SitePage, sourceUrlOf } from '@atoll/blog'
import { raw } from 'hono/html'
import { Layout, PageBody, type PageContext, PageHeader, PageSide } from '../components/layout.tsx'
import { TableOfContents, titleIdOf } from '../components/table-of-contents.tsx'
import { formatDate } from '../components/wording.ts'
import type { Page, PageRequest, PageResult } from '../page.ts'
import { contextOf } from './context.ts'

/** The last route: a page of the site's own, an address that a post asked for, or nothing. */
export const pageOrPermalink: Page = async (request) => {
  const { reader, params, now } = request
  const path = params.path!
  const found = path.includes('/') ? undefined : await findPage(reader, path)
  if (found) {
    return {
      kind: 'page',
      body: <PageView context={contextOf(request)} page={found} />,
      topics: ['pages', `page:${path}`],
    }
  }
  const slug = await findPermalink(reader, path, { now })
  return slug ? toPost(slug, 308) : { kind: 'missing' }
}

/** Where a post is now: its slug changed, or is written with underscores, as the original allowed. */
export async function forwarded({ reader, params, now }: PageRequest): Promise<PageResult> {
  const slug = params.slug!
  const target = await findRedirect(reader, slug, { now })
  if (!target) return { kind: 'missing' }
  return toPost(target, target === slug.replaceAll('_', '-') ? 308 : 301)
}

function toPost(slug: string, status: 301 | 308): PageResult {
  return { kind: 'redirect', status, location: `/posts/${slug}`, topics: ['permalinks', 'titles', 'pages'] }
}

export function PageView({ context, page }: { context: PageContext; page: SitePage }) {
  const { site } = context
  const path = `/${page.slug}`
  const titleId = titleIdOf(page.slug, page.headings)
  const source = sourceUrlOf(site, page.source)
  return (
    <Layout
      context={context}
      metadata={{
        title: page.title,
        description: page.description,
        canonical: path,
        structure: { kind: 'other', title: page.title, path },
      }}
    >
      <PageHeader title={page.title} id={titleId}>
        {page.updatedAt && (
          <p class="post-meta">
            <span>
              Updated <time datetime={page.updatedAt}>{formatDate(page.updatedAt, 'long', site)}</time>
            </span>
          </p>
        )}
      </PageHeader>
      {page.headings.length > 0 && (
        <PageSide>
          <TableOfContents title={page.title} titleId={titleId} headings={page.headings} />
        </PageSide>
      )}
      <PageBody>
        <article class="prose" dir="auto" data-live="article">
          {raw(page.html)}
        </article>
        {source && (
          <footer class="article-end" data-live="around">
            <p>
              <a
                href={source}
                rel="noopener noreferrer"
                target="_blank"
                aria-label="View the source of this page (opens in a new tab)"
              >
                View the source of this page
              </a>
            </p>
          </footer>
        )}
      </PageBody>
    </Layout>
  )
}
