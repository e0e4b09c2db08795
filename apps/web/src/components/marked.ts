import type { Piece } from '@atoll/blog'
import { html } from 'hono/html'

/** Text with what was searched for made visible. */
export function marked(pieces: Piece[]) {
  return html`${pieces.map(({ text, isMarked }) => (isMarked ? html`<mark>${text}</mark>` : text))}`
}
