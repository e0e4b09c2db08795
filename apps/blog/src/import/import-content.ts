import { randomUUID } from 'node:crypto'
import { encodeToken, type Repo } from '@atoll/repo'
import type { Problem } from '../markdown/index.ts'
import { restoreContent } from '../reactions/restore-reactions.ts'
import { recordSources } from '../schema/after-publishing.ts'
import { type Published, publishContent } from '../schema/publish-content.ts'
import type { BlogTables, ContentStateTable } from '../schema/tables.ts'
import { mergeIndex, worthMerging } from '../search/merge-index.ts'
import { type Baseline, readBaseline } from './catalogue.ts'
import { collect, collectUnusedOriginals } from './collect-garbage.ts'
import type { Comparison } from './compare.ts'
import { type ContentSource, folderSource, type LookOptions, namedFilesSource } from './content-source.ts'
import { toIsoSeconds } from './field-reader.ts'
import { makeFiles } from './make-files.ts'
import { type ImportCounts, type Plan, planPublication } from './plan-publication.ts'
import { openPool, type Pool } from './pool.ts'
import type { SourceKind } from './source-kind.ts'
import { openStage } from './stage-content.ts'
import { assetsVersion, versions } from './versions.ts'

export interface ImportOptions extends ImportSettings {
  folder: string
  /** Files that may have changed, relative to the folder, if it is known that no other has. */
  paths?: readonly string[] | undefined
}

export interface ImportSettings {
  repo: Repo<BlogTables>
  /** Import even what is older than what is published. */
  force?: boolean
  /** The most workers; as many as there are cores by default. */
  workers?: number
  /** Workers to use instead of new ones. */
  pool?: Pool
  /** Files of this size and more stay out of the database, pictures excepted. 8 MiB by default. */
  largeFileBytes?: number
  /** The hash of an original with the reactions that are to take the place of those there are, in the same transaction. */
  reactions?: string | undefined
  onProgress?: (progress: { done: number; total: number }) => void
  /** Ends the import early; what is published stays as it is. */
  signal?: AbortSignal
  /** ISO 8601. */
  now?: string
}

export interface ImportReport extends ImportCounts {
  /** Of all files, those that were not read this time included; in the order of their paths. */
  problems: Problem[]
  /** Seconds since 1970. */
  revision: number
  /** Why nothing was imported: the published content is newer, or there is no folder. */
  refused?: string
  /** Whoever reads with this is shown what was published, on any node; absent when nothing was. */
  token?: string
  durationMs: number
}

export const defaultLargeFileBytes = 8 * 1024 * 1024
const rowsAtOnce = 1000
/** An import of so many files leaves memory behind that is worth a moment of standing still. */
const worthReleasing = 100

/**
 * Brings a folder of content into the database. Only what changed is read, and readers see all of it at once, or, if
 * the import fails anywhere, nothing of it. A bad file is reported, and what it made before stays.
 */
export function importContent({ folder, paths, ...settings }: ImportOptions): Promise<ImportReport> {
  return importFrom(paths ? namedFilesSource(settings.repo, folder, paths) : folderSource(folder), settings)
}

/** The same for files that come from elsewhere. */
export async function importFrom(source: ContentSource, settings: ImportSettings): Promise<ImportReport> {
  const startedAt = performance.now()
  // Another import may publish first: then what was planned here is planned again on what that one left.
  for (let attempt = 1; attempt <= 5; attempt++) {
    const report = await importOnce(source, settings)
    if (report) return { ...report, durationMs: Math.round(performance.now() - startedAt) }
  }
  throw new Error('cannot import: other imports keep publishing before this one is ready')
}

type UntimedReport = Omit<ImportReport, 'durationMs'>

async function importOnce(source: ContentSource, settings: ImportSettings): Promise<UntimedReport | undefined> {
  const { repo, workers, signal, force = false } = settings
  signal?.throwIfAborted()
  const pool = settings.pool ?? openPool(workers === undefined ? {} : { size: workers })
  const stop = () => void pool.close()
  signal?.addEventListener('abort', stop)
  try {
    const baseline = await readBaseline(repo, source.paths)
    const undertaking = { source, pool, baseline }
    return await lookAndBringIn(settings, undertaking, { pool, outdated: outdatedKinds(baseline), force })
  } catch (error) {
    // Workers that were ended fail in ways of their own.
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', stop)
    await pool.close()
  }
}

async function lookAndBringIn(
  settings: ImportSettings,
  undertaking: Pick<Undertaking, 'source' | 'pool' | 'baseline'>,
  options: LookOptions,
): Promise<UntimedReport | undefined> {
  const { source, baseline } = undertaking
  const look = await source.look(baseline, options)
  if ('refused' in look) return refuse(baseline, look.refused)
  const { comparison, ...found } = look
  const state = { ...found, renderer: versions, imported_at: timeOf(settings) }
  return bringIn(settings, { ...undertaking, comparison, state })
}

interface Undertaking {
  source: ContentSource
  pool: Pool
  baseline: Baseline
  comparison: Comparison
  state: NewState
}

type NewState = Omit<ContentStateTable, 'id' | 'number' | 'has_garbage'>

/** Makes what changed, publishes it, and cleans up. Nothing if another import published meanwhile. */
async function bringIn(settings: ImportSettings, undertaking: Undertaking): Promise<UntimedReport | undefined> {
  const { source, pool, baseline, comparison, state } = undertaking
  const { repo, signal, onProgress, reactions, largeFileBytes = defaultLargeFileBytes } = settings
  const { revision } = state
  const isSameState = isSame(baseline.state, state)
  if (comparison.tasks.length + comparison.deleted.length === 0 && isSameState && !reactions) {
    if (baseline.state?.has_garbage) await collect(repo, undefined, signal)
    return { ...noCounts, unchanged: comparison.total, problems: allProblems(baseline, comparison), revision }
  }
  const current = { import: randomUUID(), base: baseline.state?.number ?? 0 }
  const stage = openStage(repo, { ...current, isKept: source.isKept })
  const catalogue = await baseline.readCatalogue()
  await source.fetch(comparison.tasks.map(({ path }) => path))
  const files = await makeFiles({
    folder: source.folder,
    comparison,
    baseline: fetching(baseline, source),
    catalogue,
    pool,
    stage,
    largeFileBytes,
    onProgress,
  })
  const plan = planPublication(files, comparison, catalogue)
  signal?.throwIfAborted()

  let published: Published | undefined
  let token: string | undefined
  if (stage.isUsed || !isSameState || !isEmpty(plan) || reactions) {
    const publication = { ...current, state, ...plan.lists }
    const result = await (reactions
      ? repo.run(restoreContent, { publication, reactions })
      : repo.run(publishContent, publication))
    published = result.value
    token = encodeToken(result.token)
    if (!published.isPublished) return undefined
  }
  // The workers have nothing left to do, and what follows takes no part in what readers see.
  const closing = pool.close()
  await remember(repo, plan, published?.number ?? current.base)
  await collectUnusedOriginals(repo, signal)
  const hasLeftovers = published ? published.hasLeftovers : baseline.state?.has_garbage === 1
  if (hasLeftovers) await collect(repo, undefined, signal)
  else if (published) await collect(repo, published, signal)
  if (plan.counts.added + plan.counts.changed >= worthMerging) await mergeIndex(repo, signal)
  await closing
  if (plan.counts.added + plan.counts.changed >= worthReleasing) await repo.releaseMemory()
  return { ...plan.counts, problems: allProblems(baseline, comparison, plan), revision, ...(token && { token }) }
}

/** Files that show what changed are found on the way; they have to be fetched too. */
function fetching(baseline: Baseline, source: ContentSource): Baseline {
  return {
    ...baseline,
    async readDependents(assets) {
      const dependents = await baseline.readDependents(assets)
      await source.fetch(dependents.map(({ path }) => path))
      return dependents
    },
  }
}

async function remember(repo: Repo<BlogTables>, plan: Plan, number: number): Promise<void> {
  const { sources, touched, gone } = plan
  const steps = Math.ceil(Math.max(sources.length, touched.length, gone.length) / rowsAtOnce)
  for (let step = 0; step < steps; step++) {
    const part = (rows: unknown[]) => JSON.stringify(rows.slice(step * rowsAtOnce, (step + 1) * rowsAtOnce))
    await repo.run(recordSources, { number, sources: part(sources), touched: part(touched), gone: part(gone) })
  }
}

function refuse({ state, problems }: Baseline, reason: string): UntimedReport {
  return { ...noCounts, refused: reason, problems: [...problems.values()].flat(), revision: state?.revision ?? 0 }
}

const noCounts: ImportCounts = { added: 0, changed: 0, renamed: 0, deleted: 0, unchanged: 0 }

function allProblems({ problems }: Baseline, { deleted }: Comparison, plan?: Plan): Problem[] {
  const current = new Map([...problems, ...(plan?.problems ?? [])])
  for (const { path } of deleted) current.delete(path)
  const ofFile = ([path, found]: [string, Problem[]]) => found.map((problem) => ({ ...problem, path }))
  return [...current].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(ofFile)
}

/** Kinds of files that another version of the program made what is published of. */
function outdatedKinds({ state }: Baseline): SourceKind[] {
  if (!state || state.renderer === versions) return []
  const isSameAssets = state.renderer.split('/')[1] === assetsVersion
  return isSameAssets ? ['post', 'page', 'project', 'site'] : ['post', 'page', 'project', 'site', 'asset']
}

function isSame(published: Baseline['state'], { revision, origin, renderer }: NewState): boolean {
  return published?.revision === revision && published.origin === origin && published.renderer === renderer
}

function isEmpty({ lists }: Plan): boolean {
  const { projectPositions: _, site, ...rest } = lists
  return site === null && Object.values(rest).every((list) => list === '[]')
}

function timeOf({ now }: ImportSettings): string {
  return now ?? toIsoSeconds(new Date())!
}
