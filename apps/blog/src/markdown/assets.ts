/** One size of an image, as WebP. */
export interface AssetVariant {
  width: number
  height: number
  url: string
  hash: string
  size: number
}

export interface AssetFinder {
  /** Looks an asset up by a reference such as `../assets/cats/tom.png`. */
  findAsset(reference: string): AssetInfo | undefined
  /** The reference that one that leads nowhere was probably meant to be. */
  nearestAsset?: ((reference: string) => string | undefined) | undefined
}

export function describeMissing(reference: string, { nearestAsset }: AssetFinder): string {
  const meant = nearestAsset?.(reference)
  return `${reference} is not among the assets${meant ? `; did you mean ${meant}?` : ''}`
}

/** What a post needs to know of a file in `assets/` to show it or lead to it. */
export interface AssetInfo {
  /** Its public name. */
  name: string
  /** The path of what it was made from, below `assets/`. */
  file: string
  kind: 'image' | 'animation' | 'vector' | 'file'
  url: string
  width: number | null
  height: number | null
  /** Low-quality placeholder, 20 bits. */
  lqip: number | null
  /** Narrowest first. */
  variants: AssetVariant[]
  /** Changes with the bytes. */
  key: string
}

/**
 * What a post's address of an asset is looked up by, or nothing if it does not lead into `assets/` of this site.
 */
export function assetReference(address: string): string | undefined {
  if (/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(address)) return undefined
  const path = address.replace(/[?#].*$/s, '')
  return /(^|\/)assets\//.test(path) ? decodeAddress(path) : undefined
}

/** The parser percent-encodes what is not ASCII. */
export function decodeAddress(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
