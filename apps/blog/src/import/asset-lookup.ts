import { nearest } from '../edit-distance.ts'
import type { AssetInfo, AssetVariant } from '../markdown/index.ts'
import { assetUrl, webpName } from './asset-names.ts'
import type { AssetRow } from './jobs.ts'
import { sha256 } from './read-source.ts'

/** Finds what Markdown refers to, and remembers what it was asked. */
export interface AssetLookup {
  find(reference: string): AssetInfo | undefined
  /** The reference to an existing file that is written nearly like this one; capitals make no difference. */
  nearest(reference: string): string | undefined
  /** Each name looked up and the key it had, '' for what is missing: when one changes, so does the page. */
  dependsOn: Record<string, string>
}

export function lookUpAssets(assets: ReadonlyMap<string, AssetInfo>): AssetLookup {
  const dependsOn: Record<string, string> = {}
  return {
    dependsOn,
    find(reference) {
      for (const name of assetNamesOf(reference)) {
        const asset = assets.get(name)
        dependsOn[name] = asset?.key ?? ''
        if (asset) return asset
      }
      return undefined
    },
    nearest(reference) {
      const [, folder = '', written = ''] = /^(.*?(?:^|\/)assets\/)(.+)$/s.exec(reference) ?? []
      const files = new Map([...assets.values()].map(({ file }) => [file.toLowerCase(), file]))
      const meant = nearest(written.toLowerCase(), files.keys())
      return meant && folder + files.get(meant)
    },
  }
}

/**
 * The names a reference may mean, best first. As in the original whatever comes before `assets/` does not matter, so
 * `../assets/x.png`, `/assets/images/x.webp` and `assets/x.jpg` are all the image `x.webp`.
 */
export function assetNamesOf(reference: string): string[] {
  const [, written = ''] = /(?:^|\/)assets\/(.+)$/s.exec(reference) ?? []
  // The original made WebP of drawings too; here they stay drawings.
  const names = [written, written.replace(/^images\//, '')].flatMap((name) => [
    `${name}.webp`,
    name,
    webpName(name),
    name.replace(/\.webp$/i, '.svg'),
  ])
  return written ? [...new Set(names)] : []
}

export function toAssetInfo(row: AssetRow): AssetInfo {
  const { name, kind, hash, width, height, lqip } = row
  const variants = JSON.parse(row.variants) as AssetVariant[]
  const key = sha256(JSON.stringify([kind, hash, width, height, lqip, variants.map((variant) => variant.hash)]))
  const file = row.source.replace(/^assets\//, '')
  return { name, file, kind, url: assetUrl(hash, name), width, height, lqip, variants, key: key.slice(0, 16) }
}
