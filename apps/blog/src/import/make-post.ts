import type { AssetInfo } from '../markdown/index.ts'
import { splitFile } from './front-matter.ts'
import type { Made } from './made.ts'
import { readPage, readPost } from './post-file.ts'
import { hasError } from './problems.ts'
import { sha256 } from './read-source.ts'
import { renderPage } from './render-page.ts'

type Assets = ReadonlyMap<string, AssetInfo>

export async function makePost(path: string, text: string, assets: Assets): Promise<Made> {
  const file = splitFile(path, text)
  if (!file.fields) return { problems: file.problems }
  const post = readPost(path, file.fields)
  if (hasError(post.problems)) return { problems: post.problems }

  const { title, slug, slugLine, permalinks } = post
  const tags = post.tags.map(({ label }) => label)
  const page = await renderPage({ ...file, ...post, kind: 'post', tags }, assets)
  const problems = [...post.problems, ...page.problems]
  if (hasError(problems)) return { problems }

  const { document, rendered, dependsOn, links } = page
  return {
    problems,
    file: {
      kind: 'post',
      document_key: document.key,
      isDraft: post.isDraft,
      slug,
      slugLine,
      permalinks,
      tags: post.tags,
      dependsOn,
      links,
    },
    documents: [document],
    isSecret: post.isDraft,
    post: {
      slug,
      source: path,
      document_key: document.key,
      title,
      summary_hash: sha256(document.description + document.summary_html).slice(0, 16),
      is_draft: post.isDraft ? 1 : 0,
      published_at: post.publishedAt,
      listed_at: post.publishedAt ?? '',
      updated_at: post.updatedAt,
      series: post.series?.name ?? null,
      series_part: post.series?.part ?? null,
      reading_minutes: rendered.readingMinutes,
      words: rendered.words,
      tags: JSON.stringify(tags),
      tag_slugs: JSON.stringify(post.tags.map((tag) => tag.slug)),
      permalinks: JSON.stringify(permalinks.map(({ written }) => written)),
      image: rendered.firstImage,
    },
  }
}

export async function makePage(path: string, text: string, assets: Assets): Promise<Made> {
  const file = splitFile(path, text)
  if (!file.fields) return { problems: file.problems }
  const page = readPage(path, file.fields)
  if (hasError(page.problems)) return { problems: page.problems }

  const { title, slug, slugLine, updatedAt, isDraft } = page
  const { document, dependsOn, links, problems } = await renderPage(
    { ...file, ...page, kind: 'page', tags: [] },
    assets,
  )
  if (hasError(problems)) return { problems }
  if (isDraft) return { problems, file: { kind: 'page', slugLine, dependsOn, links }, documents: [] }
  const { description, key } = document
  const row = { slug, source: path, document_key: key, title, description, updated_at: updatedAt }
  return { problems, file: { kind: 'page', slugLine, row, dependsOn, links }, documents: [document] }
}
