import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRepo, type Repo } from '@atoll/repo'
import SQLite from 'better-sqlite3'
import type { BlogTables, PostsTable } from '../schema/tables.ts'
import { searchable, wordsOf } from '../search/searchable.ts'
import { tagSlug } from '../tag-slug.ts'

export interface TestPost {
  slug: string
  title?: string
  description?: string
  text?: string
  html?: string
  tags?: string[]
  /** Absent: undated. */
  publishedAt?: string
  isDraft?: boolean
  columns?: Partial<PostsTable>
}

export interface TestProject {
  name: string
  description?: string
  tags?: string[]
}

export interface TestPage {
  slug: string
  title?: string
  text?: string
}

export interface TestBlog {
  repo: Repo<BlogTables>
  /** A connection of its own, for tests that put something into the database which an import never would. */
  sqlite: SQLite.Database
  addPosts(posts: TestPost[]): void
  addProjects(projects: TestProject[]): void
  addPages(pages: TestPage[]): void
  close(): Promise<void>
}

/** A real database without an import: rows as an import would write them. */
export async function openTestBlog(): Promise<TestBlog> {
  const folder = mkdtempSync(join(tmpdir(), 'blog-'))
  const file = join(folder, 'blog.db')
  const repo = await openRepo<BlogTables>({ file, schema: new URL('../schema/index.ts', import.meta.url) })
  const sqlite = new SQLite(file)
  const insert = (table: string, row: object, conflict = '') => {
    const columns = Object.keys(row)
    const values = columns.map((column) => `:${column}`)
    const sql = `insert ${conflict} into ${table} (${columns.join(', ')}) values (${values.join(', ')})`
    return Number(sqlite.prepare(sql).run(row).lastInsertRowid)
  }

  return {
    repo,
    sqlite,
    addPosts: sqlite.transaction((posts: TestPost[]) => posts.forEach(addPost)),
    addProjects: sqlite.transaction((projects: TestProject[]) => projects.forEach(addProject)),
    addPages: sqlite.transaction((pages: TestPage[]) => pages.forEach(addPage)),
    async close() {
      sqlite.close()
      await repo.close()
      rmSync(folder, { recursive: true })
    },
  }

  function addPost(post: TestPost) {
    const { slug, title = slug, description = '', text = '', tags = [], publishedAt, isDraft = false } = post
    const post_id = insert('posts', {
      slug,
      source: `posts/${slug}.md`,
      document_id: addDocument('post', slug, { title, tags, description, text, html: post.html }),
      title,
      summary_hash: '',
      is_draft: isDraft ? 1 : 0,
      published_at: publishedAt ?? null,
      listed_at: publishedAt ?? '',
      updated_at: null,
      series: null,
      series_part: null,
      reading_minutes: 1,
      words: 100,
      tags: JSON.stringify(tags),
      permalinks: '[]',
      image: null,
      ...post.columns,
    })
    for (const tag of addTags(tags)) insert('post_tags', { tag, post_id })
  }

  function addProject({ name, description = '', tags = [] }: TestProject, position: number) {
    const project_id = insert('projects', {
      name,
      source: 'projects/projects.yaml',
      document_id: addDocument('project', name, { title: name, tags, description, text: '' }),
      url: `https://example.com/${encodeURIComponent(name)}`,
      description,
      tags: JSON.stringify(tags),
      position,
      created_at: '2026-01-01T00:00:00Z',
    })
    for (const tag of addTags(tags)) insert('project_tags', { tag, project_id })
  }

  function addPage({ slug, title = slug, text = '' }: TestPage) {
    insert('pages', {
      slug,
      source: `pages/${slug}.md`,
      document_id: addDocument('page', slug, { title, tags: [], description: '', text }),
      title,
      description: '',
      updated_at: null,
    })
  }

  function addDocument(
    kind: 'post' | 'page' | 'project',
    key: string,
    source: { title: string; tags: string[]; description: string; text: string; html?: string | undefined },
  ): number {
    const found = searchable({ kind, ...source })
    for (const word of wordsOf(found)) insert('words', { word }, 'or ignore')
    const { description, html = `<p>${source.text}</p>` } = source
    return insert('documents', {
      key: `${kind} ${key}`,
      kind,
      description,
      summary_html: `<p>${description}</p>`,
      html,
      headings: '[]',
      ...found,
    })
  }

  function addTags(labels: string[]): Set<string> {
    for (const label of labels) insert('tags', { slug: tagSlug(label), label }, 'or ignore')
    return new Set(labels.map(tagSlug))
  }
}
