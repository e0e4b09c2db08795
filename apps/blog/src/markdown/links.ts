import { type AssetFinder, assetReference, describeMissing } from './assets.ts'
import { isFootnoteBack, isFootnoteReference } from './footnotes.ts'
import type { Report } from './problem.ts'
import { type Element, visit } from './tree.ts'

export interface Link {
  href: string
  line: number
}

export interface LinkOptions extends AssetFinder {
  report: Report
}

/** Leads links to assets to the asset itself, and returns all others as they were written. */
export function resolveLinks(article: Element, { report, ...assets }: LinkOptions): Link[] {
  const links: Link[] = []
  visit(article, (found, around) => {
    const { tag, attributes, line } = found
    if (tag === 'video' || tag === 'audio' || tag === 'source' || tag === 'track') {
      for (const name of ['src', 'poster']) followAsset(attributes, name, line)
    }
    if (tag !== 'a' || isFootnoteBack(found) || isFootnoteReference(around.at(-1)!)) return
    tameTarget(attributes)
    const { href } = attributes
    if (href !== undefined && !followAsset(attributes, 'href', line)) links.push({ href, line })
  })
  return links

  function followAsset(attributes: Record<string, string>, name: string, line: number): boolean {
    const address = attributes[name]
    const reference = address === undefined ? undefined : assetReference(address)
    if (reference === undefined) return false
    const asset = assets.findAsset(reference)
    if (!asset) report('missing_asset', line, describeMissing(reference, assets))
    else attributes[name] = asset.url + (/#.*$/s.exec(address!)?.[0] ?? '')
    return true
  }
}

/** A page that is opened from here gets no hold of this one. */
function tameTarget(attributes: Record<string, string>): void {
  const { href = '', rel = '', target } = attributes
  const isExternal = /^(https?:)?\/\//i.test(href)
  if (target !== '_blank') delete attributes.target
  const kept = rel
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => ['me', 'nofollow', 'license', 'author', 'tag'].includes(word))
  const words = isExternal || target === '_blank' ? [...kept, 'noopener'] : kept
  if (words.length > 0) attributes.rel = words.join(' ')
  else delete attributes.rel
}
