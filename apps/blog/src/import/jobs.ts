import type { Problem } from '../markdown/index.ts'
import type { AssetsTable, PagesTable, StagedPostsTable } from '../schema/tables.ts'
import type { Site } from '../site.ts'
import type { Comparison, FileTask } from './compare.ts'
import type { SourceKind } from './source-kind.ts'

/** What an import asks of a worker. */
export type Job =
  /**
   * Loads the renderer and what it needs for one file, so that this file need not wait for it. `shown`: what this
   * release made of the file before, as HTML.
   */
  | { kind: 'warm'; folder: string; path: string; shown: string | undefined }
  /** `sources`: JSON of `KnownSource[]`. */
  | { kind: 'scan'; folder: string; sources: string; outdated: SourceKind[] }
  /** All assets there are, as JSON of `AssetRow[]`; for the documents that follow. */
  | { kind: 'assets'; assets: string }
  | { kind: 'documents'; folder: string; tasks: FileTask[] }
  | { kind: 'asset'; folder: string; task: FileTask; largeFileBytes: number; hashesAtHand: ReadonlySet<string> }

export interface JobResults {
  warm: undefined
  scan: Comparison
  assets: undefined
  documents: DocumentsResult
  asset: AssetResult
}

/** A row of `assets`. */
export type AssetRow = AssetsTable

/** What became of a file. */
export type FileResult<Good> =
  /** Its bytes are those that were imported. */
  | { outcome: 'same' }
  /** What it made before stays. */
  | { outcome: 'bad'; hash: string; problems: Problem[] }
  | { outcome: 'good'; hash: string; problems: Problem[]; made: Good }

export type AssetResult = FileResult<MadeAsset> & {
  /** The file as it is, unless it is the same as before, or too large for the database. */
  original?: Uint8Array
}

export type MadeAsset =
  | { row: AssetRow; blobs: MadeBlob[] }
  /** The bytes are those of an asset that was there under another name; the row can be had from it. */
  | { sameAs: string }

export interface MadeBlob {
  hash: string
  content_type: string
  bytes: Uint8Array
}

export interface DocumentsResult {
  files: (FileResult<MadeFile> & { path: string })[]
  /** The files as they are; without those that are the same as before. */
  originals: { hash: string; bytes: Uint8Array }[]
  /** JSON arrays of rows, ready to be staged: the site never looks into them. */
  documents: string
  posts: string
  words: string
}

/** What the site needs to know of a file whose documents are ready. */
export type MadeFile = (MadePost | MadePage | MadeProjects | MadeSite) & {
  /** Each asset it asked for and the key it had, '' for a missing one. */
  dependsOn: Record<string, string>
  /** For `atoll check`. */
  links: CheckedLinks
}

export interface MadePost {
  kind: 'post'
  document_key: string
  isDraft: boolean
  slug: string
  slugLine: number
  permalinks: { path: string; line: number }[]
  tags: { slug: string; label: string }[]
}

export interface MadePage {
  kind: 'page'
  slugLine: number
  /** Absent for a draft: it is not published. */
  row?: Omit<PagesTable, 'document_id'> & { document_key: string }
}

export interface MadeProjects {
  kind: 'project'
  projects: MadeProject[]
  tags: { slug: string; label: string }[]
  /** Names of entries that could not be used. */
  wrong: string[]
  /** False when some project could not be named: none of this file is deleted then. */
  isComplete: boolean
}

export interface MadeProject {
  name: string
  line: number
  document_key: string
  url: string
  description: string
  tags: string[]
  tag_slugs: string[]
}

export interface MadeSite {
  kind: 'site'
  site: Site
}

export interface CheckedLinks {
  links: { href: string; line: number }[]
  /** Every id that a link can lead to. */
  ids: string[]
}

export type StagedPost = Omit<StagedPostsTable, 'import' | 'document_id'> & { document_key: string }
