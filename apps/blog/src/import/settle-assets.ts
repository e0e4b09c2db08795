import type { AssetVariant, Problem } from '../markdown/index.ts'
import { toAssetInfo } from './asset-lookup.ts'
import { distinctName, renameAsset } from './asset-names.ts'
import type { Catalogue } from './catalogue.ts'
import { type Claimant, settleClaims } from './claims.ts'
import type { FileTask } from './compare.ts'
import type { AssetResult, AssetRow } from './jobs.ts'
import { problemOf } from './problems.ts'

export interface SettledAssets {
  /** All assets there will be. */
  rows: AssetRow[]
  /** Those that are new or made again. */
  changed: AssetRow[]
  /** Names of those there will be no more. */
  gone: string[]
  /** What the site files look at differently than before: names of assets that are new, different or gone. */
  affected: string[]
  /** Hashes of blobs that were made for files which are refused. */
  unused: string[]
  refused: Map<string, Problem>
}

/** Decides which assets there will be: each name goes to one file. */
export function settleAssets(
  results: readonly { task: FileTask; result: AssetResult }[],
  catalogue: Catalogue,
  deleted: ReadonlySet<string>,
): SettledAssets {
  const published = JSON.parse(catalogue.assets) as AssetRow[]
  // Pictures are ready in any order; who gets a name must not depend on it.
  const usual = results
    .toSorted((a, b) => (a.task.path < b.task.path ? -1 : 1))
    .flatMap(({ task, result }) => {
      const row = result.outcome === 'good' && toRow(task.path, result, published, catalogue)
      return row ? [row] : []
    })
  const vacated = new Set([...deleted, ...usual.map(({ source }) => source)])
  const made = distinguish(usual, refuseTaken(usual, published, vacated))
  const refused = refuseTaken(made, published, vacated)

  const changed = made.filter(({ source }) => !refused.has(source))
  const names = new Set(changed.map(({ name }) => name))
  const isStanding = ({ source, name }: AssetRow) => (!vacated.has(source) || refused.has(source)) && !names.has(name)
  const rows = [...published.filter(isStanding), ...changed]
  const gone = published.flatMap((row) => (isStanding(row) || names.has(row.name) ? [] : [row.name]))
  const unused = made.filter(({ source }) => refused.has(source)).flatMap(hashesOf)
  return { rows, changed, gone, affected: [...gone, ...differing(changed, published)], unused, refused }
}

/** `photo.png` is a picture too where `photo.jpg` has the name that both would have; nobody else gives way to it. */
function distinguish(rows: AssetRow[], refused: ReadonlyMap<string, Problem>): AssetRow[] {
  const isTwin = ({ kind, source }: AssetRow) => (kind === 'image' || kind === 'animation') && refused.has(source)
  const others = rows.filter((row) => !isTwin(row))
  return [...others, ...rows.filter(isTwin).map((row) => renameAsset(row, row.source, distinctName(row.source)))]
}

function hashesOf({ hash, variants }: AssetRow): string[] {
  return [hash, ...(JSON.parse(variants) as AssetVariant[]).map((variant) => variant.hash)]
}

function toRow(
  path: string,
  { made }: Extract<AssetResult, { outcome: 'good' }>,
  published: AssetRow[],
  { assetHashes }: Catalogue,
): AssetRow | undefined {
  if ('row' in made) return made.row
  const twins = new Set(assetHashes.filter(([, hash]) => hash === made.sameAs).map(([twin]) => twin))
  const twin = published.find(({ source }) => twins.has(source))
  return twin && renameAsset(twin, path)
}

function refuseTaken(made: AssetRow[], published: AssetRow[], vacated: ReadonlySet<string>): Map<string, Problem> {
  const standing = new Map(published.flatMap(({ name, source }) => (vacated.has(source) ? [] : [[name, source]])))
  const old = Map.groupBy(published, ({ source }) => source)
  const claimants: Claimant[] = made.map(({ name, source }) => ({
    source,
    published: (old.get(source) ?? []).map((row) => row.name),
    claims: [{ key: name, conflict: (holder) => ({ line: 1, ...describe(name, holder) }) }],
  }))
  const { refused } = settleClaims(claimants, standing)
  return new Map([...refused].map(([path, { code, line, message }]) => [path, problemOf(code, line, message)]))
}

function describe(name: string, holder: string) {
  return { code: 'duplicate_asset', message: `would be the asset "${name}", as ${holder} is` } as const
}

/** Those that a page which shows them would show differently. */
function differing(changed: AssetRow[], published: AssetRow[]): string[] {
  const before = new Map(published.map((row) => [row.name, row]))
  return changed.flatMap((row) => {
    const old = before.get(row.name)
    return old && toAssetInfo(old).key === toAssetInfo(row).key ? [] : [row.name]
  })
}
