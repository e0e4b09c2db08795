import { join } from 'node:path'
import type { Repo } from '@atoll/repo'
import { ContentError } from '../errors.ts'
import type { Baseline } from '../import/catalogue.ts'
import { type Comparison, compareSources, type KnownSource } from '../import/compare.ts'
import type { ContentSource } from '../import/content-source.ts'
import { kindOf, type SourceKind } from '../import/source-kind.ts'
import type { BlogTables } from '../schema/tables.ts'
import type { ManifestFile } from './manifest.ts'
import { findOriginals, writeOriginal } from './originals.ts'

export interface PublicationSourceOptions {
  repo: Repo<BlogTables>
  files: readonly ManifestFile[]
  /** An empty folder, for as long as the publication takes. */
  scratch: string
  /** Of the folder the files are from, in seconds since 1970; undefined: what is published is only made again. */
  revision: number | undefined
  /** The publication it was made on; undefined: whatever is there. */
  base: number | undefined
}

/** No folder has this name, so that one has to be newer than what was published to take its place. */
const publishedOrigin = 'published'

/** Files whose bytes are in the database: a content folder that somebody sent. */
export function publicationSource({ repo, files, scratch, revision, base }: PublicationSourceOptions): ContentSource {
  const hashOf = new Map(files.map(({ path, hash }) => [path, hash]))
  const fetched = new Set<string>()
  return {
    folder: scratch,
    isKept: true,
    async look({ state, sources }, { outdated }) {
      const number = state?.number ?? 0
      if (base !== undefined && base !== number) {
        throw new ContentError(
          'published_meanwhile',
          `publication ${number} came after ${base}, on which this one is based`,
        )
      }
      const comparison = await withoutLost(compareByHash(files, sources, outdated), sources)
      const hasNews = revision !== undefined && comparison.tasks.length + comparison.deleted.length > 0
      if (state && !hasNews) return { comparison, revision: state.revision, origin: state.origin }
      return { comparison, revision: Math.max(revision ?? 0, (state?.revision ?? 0) + 1), origin: publishedOrigin }
    },
    async fetch(paths) {
      const wanted = paths.filter((path) => hashOf.has(path) && !fetched.has(path))
      const kept = await findOriginals(
        repo.reader(),
        wanted.map((path) => hashOf.get(path)!),
      )
      for (const path of wanted) {
        const hash = hashOf.get(path)!
        fetched.add(path)
        if (kept.get(hash)?.isWhole) await writeOriginal(repo.reader(), hash, join(scratch, path))
      }
    },
  }

  /** A file that is too large for the database cannot be made again here: what it made before stays. */
  async function withoutLost(comparison: Comparison, sources: string): Promise<Comparison> {
    const known = new Map((JSON.parse(sources) as KnownSource[]).map(([path, , , hash]) => [path, hash]))
    const isUnchanged = ({ path }: { path: string }) => known.get(path) === hashOf.get(path)
    const again = comparison.tasks.filter(isUnchanged).map(({ path }) => hashOf.get(path)!)
    if (again.length === 0) return comparison
    const kept = await findOriginals(repo.reader(), again)
    const isAtHand = (task: { path: string }) => !isUnchanged(task) || kept.get(hashOf.get(task.path)!)?.isWhole
    return { ...comparison, tasks: comparison.tasks.filter(isAtHand) }
  }
}

/** What the published site was made from. */
export function publishedFiles({ sources }: Pick<Baseline, 'sources'>): ManifestFile[] {
  return (JSON.parse(sources) as KnownSource[])
    .filter(([, , , hash]) => hash !== '')
    .map(([path, , , hash]) => ({ path, hash, size: 0 }))
}

/** A file is the one that was imported if its bytes are: times and inodes mean nothing here. */
export function compareByHash(
  files: readonly ManifestFile[],
  sources: string,
  outdated: SourceKind[] = [],
): Comparison {
  const known = (JSON.parse(sources) as KnownSource[]).map(
    ([path, kind, , hash, dependsOnOthers]): KnownSource => [path, kind, hash, hash, dependsOnOthers],
  )
  const scanned = files.map(({ path, hash, size }) => {
    return { path, kind: kindOf(path)!, size, modifiedAt: 0, signature: hash }
  })
  return compareSources(scanned, known, outdated)
}
