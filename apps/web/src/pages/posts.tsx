import { type PostList, type PostSearch, pageOfPosts, searchPosts, type Tag, tagSlug } from '@atoll/blog'
import { EmptyState } from '../components/empty-state.tsx'
import { Layout, PageBody, type PageContext, PageHeader, PageSide } from '../components/layout.tsx'
import { Pagination } from '../components/pagination.tsx'
import { Panel } from '../components/panel.tsx'
import { PostEntries } from '../components/post-entry.tsx'
import { type ListQuery, listUrl, parseListQuery } from '../components/query-url.ts'
import { ResultsLine, SearchForm } from '../components/search-form.tsx'
import { TagFilter, tagPath } from '../components/tags.tsx'
import { countFound } from '../components/wording.ts'
import type { Page, PageRequest } from '../page.ts'
import { contextOf } from './context.ts'
import { postsPerPage } from './posts-per-page.ts'

const path = '/posts'

export const postsPage: Page = async (request) => {
  const query = parseListQuery(request.url)
  // Both are asked for at once, so that they are one message to the database where the overview is not kept.
  const [{ tags, total }, found] = await Promise.all([request.overview(), findPosts(request, query)])
  if (query.page > 1 && found.posts.length === 0) return { kind: 'missing' }
  return {
    kind: 'page',
    body: <PostsView context={contextOf(request)} query={query} tags={tags} found={{ total, ...found }} />,
    topics: ['posts', 'titles', 'search'],
  }
}

type Found = PostList & Partial<Pick<PostSearch, 'isMore' | 'suggestion'>>

/** Without a total where all posts are listed: the overview has it. */
async function findPosts({ reader, now }: PageRequest, { search, tags, page }: Required<ListQuery>) {
  const window = { now, page, perPage: postsPerPage }
  if (search === '' && tags.length === 0) return { posts: await pageOfPosts(reader, window) }
  return searchPosts(reader, { ...window, query: search, tags })
}

interface PostsViewProps {
  context: PageContext
  query: Required<ListQuery>
  tags: Tag[]
  found: Found
}

export function PostsView({ context, query, tags, found }: PostsViewProps) {
  const pages = Math.ceil(found.total / postsPerPage)
  const { page } = query
  return (
    <Layout
      context={context}
      metadata={{
        title: 'Posts',
        canonical: canonicalOf(query, found),
        previous: page > 1 ? listUrl(path, { ...query, page: page - 1 }) : undefined,
        next: page < pages ? listUrl(path, { ...query, page: page + 1 }) : undefined,
        structure: { kind: 'other', title: 'Posts', path },
      }}
    >
      <PageHeader title="Posts">
        <p class="page-lead">
          Also by <a href="/archive">year</a>, by <a href="/tags">tag</a>, and in <a href="/series">series</a>.
        </p>
      </PageHeader>
      {tags.length > 0 && (
        <PageSide>
          <Panel name="tags" title="Tags">
            <TagFilter tags={tags} path={path} query={query} />
          </Panel>
        </PageSide>
      )}
      <PageBody>
        <SearchForm path={path} label="Search posts" placeholder="(Distributed && Elixir) || Fun" query={query} />
        <div class="results" data-live="results">
          <ResultsLine found={countFound(found, 'post')} path={path} query={query} suggestion={found.suggestion} />
          {found.posts.length > 0 ? (
            <PostEntries
              posts={found.posts}
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

/** What was searched for is no page of its own, and the posts of one tag have a better address than this one. */
function canonicalOf({ search, tags, page }: Required<ListQuery>, found: Found): string {
  const [tag, ...others] = tags
  if (search !== '') return path
  if (tag === undefined || others.length > 0 || found.total === 0) return listUrl(path, { search, tags, page })
  return listUrl(tagPath(tagSlug(tag)), { search: '', tags: [], page })
}
