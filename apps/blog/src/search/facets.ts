import { createHash } from 'node:crypto'

/**
 * A private-use character: FTS5 takes it for a letter, and the query compiler never lets it through from a reader. So
 * facets are words that queries made by us can ask for, and nobody else.
 */
const mark = '\ue000'

export const facets = {
  all: `${mark}all`,
  /** What no document has. */
  none: `${mark}none`,
  kind: (kind: 'post' | 'page' | 'project') => `${mark}${kind}`,
  // Slugs may hold anything; digits are what neither the tokenizer nor the stemmer touches.
  tag: (slug: string) => `${mark}${BigInt(`0x${createHash('sha256').update(slug).digest('hex').slice(0, 15)}`)}`,
}
