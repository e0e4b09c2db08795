import { countReactions, findPost, type PostPage } from '@atoll/blog'
import { Article } from '../components/article.tsx'
import type { Metadata } from '../components/head.tsx'
import { Layout, type PageContext } from '../components/layout.tsx'
import type { ReactionCount } from '../components/reactions.tsx'
import type { Page } from '../page.ts'
import { socialImageOf } from '../social/index.ts'
import { contextOf } from './context.ts'
import { forwarded } from './page.tsx'

export const postPage: Page = async (request) => {
  const { reader, params, now, isPreview = false } = request
  const slug = params.slug!
  const found = await findPost(reader, slug, { now, preview: isPreview })
  if (!found) return forwarded(request)
  const reactions = isPreview ? [] : await countReactions(reader, slug, request.site.reactions)
  return {
    kind: 'page',
    body: <PostView context={contextOf(request)} found={found} reactions={reactions} isPreview={isPreview} />,
    topics: [`post:${slug}`, 'titles', `reactions:${slug}`],
  }
}

interface PostViewProps {
  context: PageContext
  found: PostPage
  reactions?: ReactionCount[]
  isPreview?: boolean
}

export function PostView({ context, found, reactions = [], isPreview = false }: PostViewProps) {
  const { post, ...around } = found
  return (
    <Layout context={context} metadata={{ ...metadataOf(found), isUnlisted: isPreview }}>
      <Article site={context.site} post={post} around={around} reactions={reactions} isPreview={isPreview} />
    </Layout>
  )
}

function metadataOf({ post }: PostPage): Metadata {
  const path = `/posts/${post.slug}`
  const image = socialImageOf(post)
  return {
    title: post.title,
    description: post.description,
    canonical: path,
    type: 'article',
    image,
    publishedAt: post.publishedAt ?? undefined,
    updatedAt: post.updatedAt ?? undefined,
    tags: post.tags,
    structure: { kind: 'post', post: { ...post, path, images: [image] }, trail: [{ title: 'Posts', path: '/posts' }] },
  }
}
