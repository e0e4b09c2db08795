import type { Piece } from '@atoll/blog'
import { raw } from 'hono/html'
import { escapeHtml } from './escape-html.ts'

/** Text with what was searched for made visible. */
export function marked(pieces: readonly Piece[]) {
  return raw(markedHtml(pieces))
}

export function markedHtml(pieces: readonly Piece[]): string {
  let html = ''
  for (const { text, isMarked } of pieces) html += isMarked ? `<mark>${escapeHtml(text)}</mark>` : escapeHtml(text)
  return html
}
