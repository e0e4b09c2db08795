import { listPosts, listTags, type PostList, type Tag } from '@atoll/blog'
import { EmptyState } from '../components/empty-state.tsx'
import { Layout, PageBody, type PageContext, PageHeader, PageSide } from '../components/layout.tsx'
import { Pagination } from '../components/pagination.tsx'
import { Panel } from '../components/panel.tsx'
import { PostEntries } from '../components/post-entry.tsx'
import { type ListQuery, listUrl, parseListQuery } from '../components/query-url.ts'
import { ResultsLine, SearchForm } from '../components/search-form.tsx'
import { TagFilter } from '../components/tags.tsx'
import { count } from '../components/wording.ts'
import type { Page } from '../page.ts'
import { contextOf } from './context.ts'
import { postsPerPage } from './posts-per-page.ts'

const path = '/posts'

export const postsPage: Page = async (request) => {
  const { reader, now, url } = request
  const query = parseListQuery(url)
  const [tags, list] = await Promise.all([
    listTags(reader, { now }),
    listPosts(reader, { now, tags: query.tags, page: query.page, perPage: postsPerPage }),
  ])
  if (query.page > 1 && list.posts.length === 0) return { kind: 'missing' }
  return {
    kind: 'page',
    body: <PostsView context={contextOf(request)} query={query} tags={tags} list={list} />,
    topics: ['posts', 'titles', 'search'],
  }
}

interface PostsViewProps {
  context: PageContext
  query: Required<ListQuery>
  tags: Tag[]
  list: PostList
}

export function PostsView({ context, query, tags, list }: PostsViewProps) {
  const pages = Math.ceil(list.total / postsPerPage)
  const { page } = query
  return (
    <Layout
      context={context}
      metadata={{
        title: 'Posts',
        canonical: listUrl(path, query),
        previous: page > 1 ? listUrl(path, { ...query, page: page - 1 }) : undefined,
        next: page < pages ? listUrl(path, { ...query, page: page + 1 }) : undefined,
        isUnlisted: query.search !== '',
        structure: { kind: 'other', title: 'Posts', path },
      }}
    >
      <PageHeader title="Posts" />
      {tags.length > 0 && (
        <PageSide>
          <Panel name="tags" title="Tags">
            <TagFilter tags={tags} path={path} query={query} />
          </Panel>
        </PageSide>
      )}
      <PageBody>
        <SearchForm path={path} label="Search posts" placeholder="(Distributed && Elixir) || Fun" query={query} />
        <div class="results" data-swap="results">
          <ResultsLine found={count(list.total, 'post')} path={path} query={query} />
          {list.posts.length > 0 ? (
            <PostEntries
              posts={list.posts}
              site={context.site}
              from={(page - 1) * postsPerPage + 1}
              path={path}
              query={query}
            />
          ) : (
            <EmptyState title="No Posts Found" />
          )}
          <Pagination path={path} query={query} page={page} pages={pages} />
        </div>
      </PageBody>
    </Layout>
  )
}
