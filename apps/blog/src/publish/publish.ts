import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Repo } from '@atoll/repo'
import { ContentError } from '../errors.ts'
import { type Baseline, readBaseline } from '../import/catalogue.ts'
import type { KnownSource } from '../import/compare.ts'
import { defaultLargeFileBytes, type ImportReport, type ImportSettings, importFrom } from '../import/import-content.ts'
import type { BlogTables } from '../schema/tables.ts'
import { fitsDatabase, type ManifestFile } from './manifest.ts'
import { findOriginals } from './originals.ts'
import { compareByHash, publicationSource, publishedFiles } from './publication-source.ts'

export interface PublicationRequest {
  /** Everything the site is to be made from: what is not listed is deleted. */
  files: ManifestFile[]
  /** The publication that the sender knew; undefined for one who never published here. */
  base?: number | undefined
  /** When the sender's folder was last changed, in seconds since 1970. */
  revision: number
  /** Publish whatever came in between. */
  force?: boolean | undefined
  /** A file that is sent as the others are: the reactions of a backup, for posts to have in place of theirs. */
  reactions?: Omit<ManifestFile, 'path'> | undefined
}

export interface Lacking {
  hash: string
  size: number
  /** Parts that are here already. */
  parts: number[]
}

export interface PublicationPlan {
  /** The publication that this one will follow. */
  number: number
  lacks: Lacking[]
  added: number
  changed: number
  deleted: number
}

/**
 * Says what a publication would do and which bytes it still needs. Throws `published_meanwhile`, `older_content`,
 * `not_from_here` or `file_too_large` for one that would be refused.
 */
export async function preparePublication(
  repo: Repo<BlogTables>,
  request: PublicationRequest,
  { largeFileBytes = defaultLargeFileBytes } = {},
): Promise<PublicationPlan> {
  const baseline = await readBaseline(repo)
  const { tasks, deleted } = compareByHash(request.files, baseline.sources)
  judge(
    request,
    baseline,
    deleted.map(({ path }) => path),
    tasks.length,
  )

  const known = new Map((JSON.parse(baseline.sources) as KnownSource[]).map(([path, , , hash]) => [path, hash]))
  const fresh = request.files.filter(({ path, hash }) => known.get(path) !== hash)
  const tooLarge = fresh.find((file) => !fitsDatabase(file, largeFileBytes))
  if (tooLarge) throw new ContentError('file_too_large', `${tooLarge.path} has ${tooLarge.size} bytes`)
  return {
    number: baseline.state?.number ?? 0,
    lacks: await findLacking(repo, request.reactions ? [...fresh, request.reactions] : fresh),
    added: fresh.filter(({ path }) => !known.has(path)).length,
    changed: fresh.filter(({ path }) => known.has(path)).length,
    deleted: deleted.length,
  }
}

/** Makes the site from files whose bytes are all here: all of it, or nothing. Throws `incomplete` with what is missing. */
export async function publishFiles(
  settings: ImportSettings,
  request: PublicationRequest,
): Promise<ImportReport & { number: number }> {
  const { repo, largeFileBytes = defaultLargeFileBytes } = settings
  const { number, lacks } = await preparePublication(repo, request, { largeFileBytes })
  if (lacks.length > 0) {
    throw new ContentError('incomplete', `${lacks.length} files were not sent, the first is ${lacks[0]!.hash}`)
  }
  // A sender whose clock is ahead must not keep everybody else out until then.
  const revision = Math.min(request.revision, Math.floor(Date.now() / 1000))
  const report = await withScratch((scratch) =>
    importFrom(publicationSource({ repo, files: request.files, scratch, revision, base: number }), {
      ...settings,
      reactions: request.reactions?.hash,
    }),
  )
  const { state } = await readBaseline(repo)
  return { ...report, number: state?.number ?? number }
}

/**
 * Makes what is published again with this release's renderer, from the files in the database: for a node whose own
 * content folder is older than what was published, or that has none.
 */
export async function renewContent(settings: ImportSettings): Promise<ImportReport | undefined> {
  const { repo } = settings
  const baseline = await readBaseline(repo)
  if (!baseline.state) return undefined
  const files = publishedFiles(baseline)
  const base = baseline.state.number
  return withScratch((scratch) =>
    importFrom(publicationSource({ repo, files, scratch, revision: undefined, base }), settings),
  )
}

async function withScratch<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const scratch = await mkdtemp(join(tmpdir(), 'atoll-publication-'))
  try {
    return await work(scratch)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

function judge(request: PublicationRequest, { state }: Baseline, deleted: string[], changes: number) {
  if (!state || request.force || deleted.length + changes === 0) return
  const { base, revision } = request
  if (base !== undefined && base !== state.number) {
    throw new ContentError(
      'published_meanwhile',
      `publication ${state.number} of ${state.imported_at} came after ${base}, the last one this folder knows`,
    )
  }
  if (base === undefined && deleted.length > 0) {
    const [first] = deleted
    throw new ContentError(
      'not_from_here',
      `the site has ${deleted.length} files that this folder lacks, such as ${first}`,
    )
  }
  if (base === undefined && revision < state.revision) {
    const [found, stored] = [revision, state.revision].map((time) => new Date(time * 1000).toISOString())
    throw new ContentError('older_content', `the folder is from ${found}, and what is published is from ${stored}`)
  }
}

async function findLacking(repo: Repo<BlogTables>, files: readonly Omit<ManifestFile, 'path'>[]): Promise<Lacking[]> {
  const sizes = new Map(files.map(({ hash, size }) => [hash, size]))
  const kept = await findOriginals(repo.reader(), [...sizes.keys()])
  return [...sizes].flatMap(([hash, size]) => {
    const found = kept.get(hash)
    if (found?.isWhole && found.size === size) return []
    return [{ hash, size, parts: found?.size === size ? found.parts : [] }]
  })
}
