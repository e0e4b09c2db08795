import { type Post, type PostPage, type Site, sourceUrlOf } from '@atoll/blog'
import { raw } from 'hono/html'
import { PageBody, PageHeader, PageSide } from './layout.tsx'
import { PostMeta } from './post-meta.tsx'
import { type ReactionCount, Reactions } from './reactions.tsx'
import { SeriesBox } from './series-box.tsx'
import { TableOfContents, titleIdOf } from './table-of-contents.tsx'
import { TagList } from './tags.tsx'
import { formatDate } from './wording.ts'

interface ArticleProps {
  site: Site
  post: Post
  /** What stands around it on a page of its own; the home page shows the text alone. */
  around?: Omit<PostPage, 'post'>
  reactions?: ReactionCount[]
  isPreview?: boolean
}

export function Article({ site, post, around, reactions = [], isPreview = false }: ArticleProps) {
  const titleId = titleIdOf(post.slug, post.headings)
  return (
    <>
      <PageHeader title={post.title} id={titleId}>
        <PostMeta site={site} post={post} />
        <TagList tags={post.tags} path="/posts" />
      </PageHeader>
      {post.headings.length > 0 && (
        <PageSide>
          <TableOfContents title={post.title} titleId={titleId} headings={post.headings} />
        </PageSide>
      )}
      <PageBody>
        {isPreview && <PreviewBanner post={post} site={site} />}
        {around && post.series && around.seriesPosts.length > 1 && (
          <SeriesBox name={post.series.name} parts={around.seriesPosts} slug={post.slug} />
        )}
        <article class="prose" dir="auto" data-live="article">
          {raw(post.html)}
        </article>
        <Reactions slug={post.slug} counts={reactions} />
        {around && <ArticleEnd site={site} post={post} around={around} />}
      </PageBody>
    </>
  )
}

function PreviewBanner({ post, site }: { post: Post; site: Site }) {
  return (
    <p class="banner" role="note">
      <strong>Preview.</strong>{' '}
      {post.isDraft || !post.publishedAt
        ? 'This is a draft: only those who have this link can see it.'
        : `Public from ${formatDate(post.publishedAt, 'long', site)}; until then only those who have this link can see it.`}
    </p>
  )
}

function ArticleEnd({ site, post, around }: Required<Pick<ArticleProps, 'site' | 'post' | 'around'>>) {
  const { previous, next, related } = around
  const source = sourceUrlOf(site, post.source)
  return (
    <footer class="article-end" data-live="around">
      {source && (
        <p>
          <a
            href={source}
            rel="noopener noreferrer"
            target="_blank"
            aria-label="View the source of this post (opens in a new tab)"
          >
            View the source of this post
          </a>
        </p>
      )}
      {(previous || next) && (
        <nav class="neighbours" aria-label="Previous and next post">
          {previous && (
            <a href={`/posts/${previous.slug}`} rel="prev">
              <span>Previous</span> {previous.title}
            </a>
          )}
          {next && (
            <a href={`/posts/${next.slug}`} rel="next">
              <span>Next</span> {next.title}
            </a>
          )}
        </nav>
      )}
      {related.length > 0 && (
        <section aria-labelledby="site:related">
          <h2 class="section-title" id="site:related">
            Related
          </h2>
          <ul class="related">
            {related.map(({ slug, title }) => (
              <li>
                <a href={`/posts/${slug}`}>{title}</a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </footer>
  )
}
