import { hasOtherSpellings, segment, unsegment } from './segment.ts'

/** No text begins with a line feed, and to the tokenizer it is a gap. */
const plainMark = '\n'

/**
 * A text as documents keep it: divided for the tokenizer, or marked as plain. Most texts hold neither accents nor
 * scripts without spaces; to find that out took as long as all else that makes an excerpt.
 */
export function storeText(text: string): string {
  const segmented = segment(text.trimStart())
  const isPlain = unsegment(segmented) === segmented && !hasOtherSpellings(segmented)
  return isPlain ? plainMark + segmented : segmented
}

export interface StoredText {
  text: string
  /** It is known that nothing in it is written in another way than it is searched for. */
  isPlain: boolean
}

export function readText(stored: string): StoredText {
  const isPlain = stored.startsWith(plainMark)
  return { text: isPlain ? stored.slice(plainMark.length) : unsegment(stored), isPlain }
}
