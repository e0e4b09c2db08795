import type { RepoTables } from '@atoll/repo'
import type { Generated } from 'kysely'

/**
 * The tables of a site. Times are ISO 8601 in UTC with second precision (`2026-11-24T01:53:04Z`), booleans are 0
 * or 1, `json` columns hold what their comment says.
 */
export interface BlogTables extends RepoTables {
  documents: DocumentsTable
  documents_fts: DocumentsFtsTable
  titles_fts: TitlesFtsTable
  words: { word: string }
  posts: PostsTable
  post_tags: { tag: string; post_id: number }
  tags: { slug: string; label: string }
  /** Kept by triggers: how many posts that are not drafts have a tag, whatever their time. */
  tag_counts: { tag: string; posts: number }
  projects: ProjectsTable
  project_tags: { tag: string; project_id: number }
  pages: PagesTable
  /** `path` without the slashes around it: `uses`, `old/uses`. */
  permalinks: { path: string; post_slug: string }
  redirects: { from_slug: string; to_slug: string }
  /** `person` is a hash of a random id. */
  reactions: { post: string; kind: string; person: string }
  /** Kept by triggers. */
  reaction_counts: { post: string; kind: string; count: number }
  assets: AssetsTable
  blobs: { hash: string; content_type: string; bytes: Uint8Array }
  /** Bytes of assets that were replaced or deleted; their addresses go on answering for a while. */
  retired_blobs: { hash: string; retired_at: string }
  sources: SourcesTable
  originals: OriginalsTable
  /** What `atoll verify` writes and removes. */
  verifications: { run: string; value: string; written_at: Generated<number> }
  original_parts: { hash: string; part: number; bytes: Uint8Array }
  /** One row: a random name that this database keeps for life, backups included. */
  site_identity: { id: 1; site: string }
  site: { id: 1; settings: string }
  content_state: ContentStateTable
  imports: { id: string; base: number }
  staged_posts: StagedPostsTable
}

/**
 * What one file became: immutable, named by everything that went into it. Rows that nothing points to are what an
 * import prepares before it publishes, or what it left behind; readers never see them.
 */
export interface DocumentsTable {
  id: Generated<number>
  /** Hash of the file, of the renderer's version and of the assets it shows. */
  key: string
  kind: 'post' | 'page' | 'project'
  /** One paragraph of plain text for `<meta>`, feeds and cards. */
  description: string
  /** What lists show: the description as HTML if the file has one, else the excerpt. */
  summary_html: string
  html: string
  /** json: `Heading[]` */
  headings: string
  /** Plain text to search, CJK runs split (see `search/segment.ts`). */
  search_title: string
  search_tags: string
  search_description: string
  search_text: string
  /** Words that no reader can type: what kind of document this is, and its tags (see `search/facets.ts`). */
  facets: string
}

/** FTS5 over `documents`, external content, rowid = documents.id. */
export interface DocumentsFtsTable {
  rowid: number
  documents_fts: string
  search_title: string
  search_tags: string
  search_description: string
  search_text: string
  facets: string
  rank: number
}

/** FTS5 over the titles and tags of `documents`: to look for a column in `documents_fts` takes as long as all of it. */
export interface TitlesFtsTable {
  rowid: number
  titles_fts: string
  search_title: string
  search_tags: string
  facets: string
  rank: number
}

export interface PostsTable {
  id: Generated<number>
  slug: string
  /** The file, relative to the content folder, with `/`. */
  source: string
  document_id: number
  title: string
  /** Changes when the description or the summary of its document does. */
  summary_hash: string
  is_draft: 0 | 1
  published_at: string | null
  /** `published_at`, or '' for an undated post: what lists order by and what decides whether its time has come. */
  listed_at: string
  updated_at: string | null
  series: string | null
  series_part: number | null
  reading_minutes: number
  words: number
  /** json: `string[]`, labels in the file's order */
  tags: string
  /** json: `string[]`, as written in the file */
  permalinks: string
  /** The first image of the post, a name in `assets`. */
  image: string | null
}

/** Rows of `posts` that an import has ready; publishing copies them. */
export interface StagedPostsTable extends Omit<PostsTable, 'id'> {
  import: string
  /** json: `string[]`, the tags' slugs */
  tag_slugs: string
}

export interface ProjectsTable {
  id: Generated<number>
  name: string
  source: string
  document_id: number
  url: string
  description: string
  /** json: `string[]` */
  tags: string
  /** Place within all files, in reading order. */
  position: number
  /** When the project was first imported. */
  created_at: string
}

export interface PagesTable {
  slug: string
  source: string
  document_id: number
  title: string
  description: string
  updated_at: string | null
}

export interface AssetsTable {
  /** The public name: the file's path below `assets/`, images ending in `.webp` as in the original. */
  name: string
  source: string
  kind: 'image' | 'animation' | 'vector' | 'file'
  content_type: string
  /** Names the bytes in `blobs`, and the URL. */
  hash: string
  size: number
  width: number | null
  height: number | null
  /** Low-quality placeholder, 20 bits, 0 to 1048575. */
  lqip: number | null
  /** json: `AssetVariant[]`, narrowest first */
  variants: string
  /** 1: too large for the database; served from the content folder. */
  is_external: 0 | 1
}

export interface SourcesTable {
  path: string
  kind: 'post' | 'page' | 'project' | 'asset' | 'site'
  /** Size, times and inode as the file system tells them: equal means not read again. */
  signature: string
  hash: string
  /** json: `Problem[]`, found when this file was last read */
  problems: string
  /** json: `Record<string, string>`: each asset the file shows and the key it had ('' for a missing one) */
  depends_on: string
}

/**
 * The bytes of a file of the content as it was written, so that every node has them: for `atoll export`, and to make
 * pages again where the folder they came from is not at hand. They are in `original_parts`, each of the same size but
 * the last. Files that are too large for the database have none.
 */
export interface OriginalsTable {
  /** SHA-256, hexadecimal: `sources.hash`. */
  hash: string
  size: number
  /** 1: every part is there, and together they have this hash. */
  is_whole: 0 | 1
  /** Seconds since 1970. What no file uses is deleted a day later. */
  kept_at: number
}

export interface ContentStateTable {
  id: 1
  /** Counts publications: what was planned on an older one is planned again. */
  number: number
  /** Grows; the content of a lower one never replaces that of a higher one. */
  revision: number
  /** Which folder it came from (device, inode, birth time). */
  origin: string
  renderer: string
  imported_at: string
  /** 1: something may be left of what was published before. */
  has_garbage: 0 | 1
}
