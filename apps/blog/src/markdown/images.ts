import { type AssetFinder, type AssetInfo, assetReference, describeMissing } from './assets.ts'
import type { Report } from './problem.ts'
import { type Element, element, isBlank, isElement, type Node, replace, text, visit } from './tree.ts'

export interface ImageOptions extends AssetFinder {
  report: Report
}

/** How wide an article's text gets; a browser picks from `srcset` by it. */
const articleWidth = 768

const playable: Record<string, 'video' | 'audio'> = {
  mp4: 'video',
  m4v: 'video',
  webm: 'video',
  ogv: 'video',
  mp3: 'audio',
  m4a: 'audio',
  ogg: 'audio',
  opus: 'audio',
  wav: 'audio',
  flac: 'audio',
}

/**
 * As in the original, an image leads to itself in full. It comes in several sizes, keeps its place while it loads,
 * and waits until it is near, except for the first. Returns the name of the first asset shown.
 */
export function showImages(article: Element, { report, ...assets }: ImageOptions): string | null {
  let first: string | null = null
  let isFirst = true
  const linked = imagesInLinks(article)
  replace(article, (image) => {
    if (image.tag !== 'img') return undefined
    const { src = '', alt } = image.attributes
    if (!alt) reportMissingAlt(image, report)
    const reference = assetReference(src)
    const asset = reference === undefined ? undefined : assets.findAsset(reference)
    if (reference !== undefined && !asset) report('missing_asset', image.line, describeMissing(reference, assets))
    if (asset && isPlayable(asset)) return [player(asset, image)]
    if (asset && asset.kind !== 'file') first ??= asset.name
    const shown = element('img', { ...attributesOf(image, asset), ...loading(isFirst) }, [], image.line)
    isFirst = false
    const isMissing = src === '' || (reference !== undefined && !asset)
    return [linked.has(image) || isMissing ? shown : linkToFull(shown, asset?.url ?? src)]
  })
  captionImages(article)
  return first
}

/** What a list shows of a post must not compete with the page it is on. */
export function loadLazily(parent: Element): void {
  visit(parent, ({ tag, attributes }) => {
    if (tag !== 'img') return
    delete attributes.fetchpriority
    attributes.loading = 'lazy'
  })
}

/** An image without meaning is marked as in HTML: `<img src="…" alt="" aria-hidden="true">`. */
function reportMissingAlt({ attributes, line }: Element, report: Report): void {
  if (attributes['aria-hidden'] === 'true') return
  report('missing_alt', line, `the image ${attributes.src ?? ''} has no text for those who do not see it`)
}

function imagesInLinks(article: Element): Set<Element> {
  const linked = new Set<Element>()
  visit(article, (found, around) => {
    if (found.tag === 'img' && around.some(({ tag }) => tag === 'a')) linked.add(found)
  })
  return linked
}

function attributesOf({ attributes }: Element, asset: AssetInfo | undefined): Record<string, string> {
  const { src = '', alt = '', class: written, ...rest } = attributes
  if (!asset) return { src, alt, ...(written && { class: written }), ...rest }
  const classes = [written, asset.lqip === null ? undefined : placeholderClasses(asset.lqip)].filter(Boolean).join(' ')
  const measures = measuresOf(attributes, asset)
  return { src: asset.url, ...sizes(asset), alt, ...(classes && { class: classes }), ...rest, ...measures }
}

/** Those of the asset, scaled to what the author asked for. */
function measuresOf(written: Record<string, string>, { width, height }: AssetInfo): Record<string, string> {
  if (!width || !height) return {}
  const scale = Number(written.width) / width || Number(written.height) / height || 1
  return { width: String(Math.round(width * scale)), height: String(Math.round(height * scale)) }
}

function sizes({ variants, url, width }: AssetInfo): Record<string, string> {
  if (!width) return {}
  const all = variants.map((variant) => ({ url: variant.url, width: variant.width }))
  if (!all.some((variant) => variant.width === width)) all.push({ url, width })
  if (all.length < 2) return {}
  const shownWidth = Math.min(width, articleWidth)
  return {
    srcset: all.map((variant) => `${variant.url} ${variant.width}w`).join(', '),
    sizes: `(max-width: ${shownWidth}px) 100vw, ${shownWidth}px`,
  }
}

/** Five hexadecimal digits, most significant first, each a class: a style sheet does the rest. */
export function placeholderClasses(lqip: number): string {
  const digits = lqip.toString(16).padStart(5, '0')
  return `lqip ${[...digits].map((digit, place) => `a${place}-${digit}`).join(' ')}`
}

function loading(isFirst: boolean): Record<string, string> {
  return isFirst ? { fetchpriority: 'high', decoding: 'async' } : { loading: 'lazy', decoding: 'async' }
}

function linkToFull(image: Element, href: string): Element {
  const attributes = { class: 'image-link', href, title: 'View full size', target: '_blank', rel: 'noopener' }
  return element('a', attributes, [image], image.line)
}

function isPlayable({ kind, url }: AssetInfo): boolean {
  return kind === 'file' && playableKind(url) !== undefined
}

function playableKind(url: string): 'video' | 'audio' | undefined {
  return playable[url.slice(url.lastIndexOf('.') + 1).toLowerCase()]
}

/** `![A demonstration](../assets/demo.mp4)` */
function player({ url }: AssetInfo, { attributes, line }: Element): Element {
  const label = attributes.alt ? { 'aria-label': attributes.alt } : {}
  const download = element('a', { href: url }, [text(attributes.alt || url)])
  const tag = playableKind(url)!
  // A film without its first picture is a black box; of a sound, browsers fetch most to tell how long it is.
  const preload = tag === 'video' ? 'metadata' : 'none'
  return element(tag, { src: url, controls: '', preload, ...label }, [download], line)
}

/** An image alone in its paragraph, with a title, becomes a figure with a caption. */
function captionImages(article: Element): void {
  replace(article, (paragraph) => {
    if (paragraph.tag !== 'p') return undefined
    const content = paragraph.children.filter((child) => !isBlank(child))
    const image = content.length === 1 ? imageIn(content[0]!) : undefined
    const title = image?.attributes.title
    if (!image || !title) return undefined
    delete image.attributes.title
    return [element('figure', {}, [content[0]!, element('figcaption', {}, [text(title)])], paragraph.line)]
  })
}

function imageIn(node: Node): Element | undefined {
  if (!isElement(node)) return undefined
  if (node.tag === 'img') return node
  return node.tag === 'a' && node.children.length === 1 ? imageIn(node.children[0]!) : undefined
}
