import type { AssetInfo } from '../assets.ts'
import { type Rendered, renderMarkdown } from '../index.ts'

/** What the posts of the tests can show. */
const assets: AssetInfo[] = [
  image('cats/tom.webp', { lqip: 0x3a5f1 }),
  image('tom.webp', { lqip: 0 }),
  image('icon.webp', { kind: 'vector', url: '/assets/2222222222222222/icon.svg', width: 64, height: 64, variants: [] }),
  image('spin.webp', { kind: 'animation', width: 320, height: 200, variants: [] }),
  { ...file('paper.pdf') },
  { ...file('demo.mp4') },
  { ...file('song.mp3') },
]

/** Finds a file of the tests as the import does: whatever comes before `assets/` does not matter. */
export function findAsset(reference: string): AssetInfo | undefined {
  const written = reference.replace(/^.*?assets\//, '').replace(/^images\//, '')
  const asWebp = written.replace(/\.\w+$/, '.webp')
  return assets.find(({ name }) => name === written || name === asWebp)
}

export function render(source: string, options: { title?: string; firstLine?: number } = {}): Promise<Rendered> {
  return renderMarkdown(source, { title: 'A post', findAsset, ...options })
}

export async function renderHtml(source: string): Promise<string> {
  return (await render(source)).html
}

function image(name: string, differences: Partial<AssetInfo>): AssetInfo {
  const base = name.slice(name.lastIndexOf('/') + 1)
  const variant = (width: number) => ({
    width,
    height: (width * 3) / 4,
    url: `/assets/${String(width).padStart(16, '0')}/${base}`,
    hash: String(width).padStart(16, '0'),
    size: width,
  })
  const url = `/assets/1111111111111111/${base}`
  const full = { ...variant(1600), url }
  const variants = [variant(480), variant(960), full]
  return {
    name,
    file: name,
    kind: 'image',
    url,
    width: 1600,
    height: 1200,
    lqip: null,
    variants,
    key: 'k',
    ...differences,
  }
}

function file(name: string): AssetInfo {
  const url = `/assets/3333333333333333/${name}`
  return { name, file: name, kind: 'file', url, width: null, height: null, lqip: null, variants: [], key: 'f' }
}
