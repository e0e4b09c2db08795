import { editDistance } from '../edit-distance.ts'
import { createMarker, type Marker, type Sought, toHtml } from './marks.ts'
import { readText } from './stored-text.ts'

/**
 * SQL functions of the search. Excerpts are cut where the text is: texts are long, and FTS5's own snippet() takes
 * a millisecond for a page of results because it divides every text into words again.
 */
export const searchFunctions = {
  /** HTML; null where the text has nothing of what was sought (`Sought[]` as JSON). */
  search_excerpt(stored: string, sought: string): string | null {
    const excerpt = markerOf(sought).excerpt(readText(stored))
    return excerpt ? toHtml(excerpt) : null
  },

  /** How many mistakes are between two words; `limit + 1` for more than the limit. */
  search_distance(word: string, other: string, limit: number): number {
    return editDistance(word, other, limit)
  },
}

let last: { sought: string; marker: Marker } | undefined

/** All rows of one search have the same terms. */
function markerOf(sought: string): Marker {
  if (last?.sought !== sought) last = { sought, marker: createMarker(JSON.parse(sought) as Sought[]) }
  return last.marker
}
