import { findTag, listPosts, listTags, type PostList, type Tag } from '@atoll/blog'
import { EmptyState } from '../components/empty-state.tsx'
import { Layout, PageBody, type PageContext, PageHeader } from '../components/layout.tsx'
import { Pagination } from '../components/pagination.tsx'
import { PostEntries } from '../components/post-entry.tsx'
import { listUrl, parseListQuery } from '../components/query-url.ts'
import { TagIndex, tagPath } from '../components/tags.tsx'
import { count } from '../components/wording.ts'
import { tagFeedLinks } from '../feeds/feed-links.ts'
import type { Page } from '../page.ts'
import { contextOf } from './context.ts'
import { postsPerPage } from './posts-per-page.ts'

export const tagsPage: Page = async (request) => {
  const tags = await listTags(request.reader, { now: request.now })
  return { kind: 'page', body: <TagsView context={contextOf(request)} tags={tags} />, topics: ['titles'] }
}

/** The posts of one tag, under its one address: other spellings lead there. */
export const tagPage: Page = async (request) => {
  const { reader, params, now, url } = request
  const tag = await findTag(reader, params.tag!, { now })
  if (!tag) return { kind: 'missing' }
  if (params.tag !== tag.slug) {
    return { kind: 'redirect', status: 308, location: tagPath(tag.slug) + url.search, topics: ['titles'] }
  }
  const { page } = parseListQuery(url)
  const list = await listPosts(reader, { now, tags: [tag.slug], page, perPage: postsPerPage })
  if (list.posts.length === 0) return { kind: 'missing' }
  return {
    kind: 'page',
    body: <TagView context={contextOf(request)} tag={tag} list={list} page={page} />,
    topics: ['titles', 'posts'],
  }
}

export function TagsView({ context, tags }: { context: PageContext; tags: Tag[] }) {
  return (
    <Layout
      context={context}
      metadata={{ title: 'Tags', canonical: '/tags', structure: { kind: 'other', title: 'Tags', path: '/tags' } }}
    >
      <PageHeader title="Tags" lead={count(tags.length, 'tag')} />
      <PageBody>
        {tags.length > 0 ? (
          <TagIndex tags={tags} isWide />
        ) : (
          <EmptyState title="No Tags Yet">
            <p>
              The words under <code>tags</code> in a post appear here.
            </p>
          </EmptyState>
        )}
      </PageBody>
    </Layout>
  )
}

interface TagViewProps {
  context: PageContext
  tag: Tag
  list: PostList
  page: number
}

export function TagView({ context, tag, list, page }: TagViewProps) {
  const path = tagPath(tag.slug)
  const pages = Math.ceil(list.total / postsPerPage)
  const query = { search: '', tags: [], page }
  return (
    <Layout
      context={context}
      metadata={{
        title: `#${tag.label}`,
        description: `${count(tag.count, 'post')} tagged ${tag.label}`,
        canonical: listUrl(path, query),
        previous: page > 1 ? listUrl(path, { ...query, page: page - 1 }) : undefined,
        next: page < pages ? listUrl(path, { ...query, page: page + 1 }) : undefined,
        feeds: tagFeedLinks(tag),
        structure: { kind: 'other', title: `#${tag.label}`, path, trail: [{ title: 'Tags', path: '/tags' }] },
      }}
    >
      <PageHeader title={tag.label}>
        <p class="page-lead">
          {count(list.total, 'post')} <a href={tagFeedLinks(tag)[0]!.path}>Feed</a> <a href="/tags">All tags</a>
        </p>
      </PageHeader>
      <PageBody>
        <PostEntries posts={list.posts} site={context.site} from={(page - 1) * postsPerPage + 1} />
        <Pagination path={path} query={query} page={page} pages={pages} />
      </PageBody>
    </Layout>
  )
}
