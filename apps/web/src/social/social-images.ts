import { hash } from 'node:crypto'
import { findPost } from '@atoll/blog'
import type { Page, PageResult } from '../page.ts'
import { type Card, postCard, siteCard } from './card.ts'
import { type CardFolder, openCardFolder } from './card-folder.ts'
import { type CardPainter, createCardPainter } from './card-painter.ts'
import { drawingVersion } from './drawing-version.ts'

export interface SocialImages {
  /** `/social/<slug>.png` */
  post: Page
  /** `/social.png` */
  site: Page
  close(): Promise<void>
}

interface SocialImagesOptions {
  /** Made when it is needed. Not in the database: every node can paint its own. */
  folder: string
  /** A card that cannot be kept is served all the same. */
  onError: (error: unknown) => void
  painter?: CardPainter
  store?: CardFolder
}

/** The images that networks show beside a shared link, painted when they are first asked for. */
export function openSocialImages({ folder, onError, ...parts }: SocialImagesOptions): SocialImages {
  const { painter = createCardPainter(), store = openCardFolder(folder) } = parts
  const painting = new Map<string, Promise<Buffer>>()

  return {
    async post({ reader, params, now, site, origin }) {
      const slug = /^([\w-]+)\.png$/.exec(params.file!)?.[1]
      const found = slug && (await findPost(reader, slug, { now, related: 0 }))
      return found ? answer(postCard(found.post, { site, origin }), [`post:${slug}`]) : { kind: 'missing' }
    },
    site: ({ site, origin }) => answer(siteCard({ site, origin }), []),
    close: () => painter.close(),
  }

  async function answer(card: Card, topics: string[]): Promise<PageResult> {
    return {
      kind: 'page',
      body: await imageOf(card),
      contentType: 'image/png',
      topics,
      // Its place is the folder: in memory it would take the room of twenty articles.
      keep: false,
      headers: { 'Cache-Control': 'public, max-age=3600' },
    }
  }

  /** Everybody who asks for a card while it is painted gets the same one. */
  function imageOf(card: Card): Promise<Buffer> {
    const key = keyOf(card)
    let image = painting.get(key)
    if (!image) {
      image = readOrPaint(key, card).finally(() => painting.delete(key))
      painting.set(key, image)
    }
    return image
  }

  async function readOrPaint(key: string, card: Card): Promise<Buffer> {
    const stored = await store.read(key)
    if (stored) return stored
    const png = await painter.paint(card)
    await store.write(key, png).catch(onError)
    return png
  }
}

function keyOf(card: Card): string {
  return hash('sha256', JSON.stringify([drawingVersion, card]), 'hex').slice(0, 32)
}
