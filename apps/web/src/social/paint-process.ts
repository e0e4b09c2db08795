import sharp from 'sharp'
import type { Card } from './card.ts'
import { cardToSvg } from './card-svg.ts'

/** The program of the process that `card-painter.ts` starts. It ends when its parent does, or lets go of it. */
export interface PaintRequest {
  id: number
  card: Card
}

export type PaintAnswer = { id: number; png: Uint8Array } | { id: number; failure: string }

// One card at a time, and none twice: threads and caches would only take memory.
sharp.concurrency(1)
sharp.cache(false)

process.on('message', async ({ id, card }: PaintRequest) => {
  try {
    answer({ id, png: await paint(card) })
  } catch (error) {
    answer({ id, failure: String(error) })
  }
})

/** Without a palette: making one takes another hundred megabytes to save twenty kilobytes. */
function paint(card: Card): Promise<Buffer> {
  return sharp(Buffer.from(cardToSvg(card)))
    .removeAlpha()
    .png({ compressionLevel: 9 })
    .toBuffer()
}

function answer(message: PaintAnswer): void {
  // Nobody listens any more when the parent has ended: neither need it be told.
  if (process.connected) process.send!(message)
}
