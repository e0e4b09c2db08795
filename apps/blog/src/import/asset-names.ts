import { extname } from 'node:path'
import type { AssetVariant } from '../markdown/index.ts'
import type { AssetRow } from './jobs.ts'

/**
 * The name of the asset that a file makes: its path below `assets/`, and for pictures `.webp`, as in the original.
 * Files beside `site.yaml` begin with a slash, so that no file below `assets/` can have their name.
 */
export function publicName(path: string, kind: AssetRow['kind']): string {
  if (!path.startsWith('assets/')) return `/${path}`
  const name = path.slice('assets/'.length)
  return kind === 'image' || kind === 'animation' ? webpName(name) : name
}

/** What a picture is called when another one, that is called the same but for its ending, has the usual name. */
export function distinctName(source: string): string {
  return `${source.slice('assets/'.length)}.webp`
}

export function webpName(path: string): string {
  return `${path.replace(/\.[^./]*$/, '')}.webp`
}

/** The immutable address of bytes. The last segment is for people. */
export function assetUrl(hash: string, name: string): string {
  return `/assets/${hash}/${encodeURIComponent(name.slice(name.lastIndexOf('/') + 1))}`
}

/** Files with equal keys make equal assets: they hold the same, and their names end alike. */
export function sameBytesKey(hash: string, path: string): string {
  return `${hash}${extname(path).toLowerCase()}`
}

/** The row of an asset whose bytes are already in the database under another name. */
export function renameAsset(row: AssetRow, source: string, name = publicName(source, row.kind)): AssetRow {
  const variants = (JSON.parse(row.variants) as AssetVariant[]).map((variant) => ({
    ...variant,
    url: assetUrl(variant.hash, name),
  }))
  return { ...row, name, source, variants: JSON.stringify(variants) }
}
