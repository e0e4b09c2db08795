const wordsPerMinute = 260
const charactersPerMinute = 500

/** Scripts written without spaces: each of their characters counts as a word, and is read faster than one. */
const character = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu

export interface ReadingTime {
  words: number
  readingMinutes: number
}

/**
 * A word is what stands between spaces and has a letter or a digit. The prose alone counts, not blocks of code, not
 * addresses of links, not markup. Never less than a minute.
 */
export function measureReading(prose: string): ReadingTime {
  const characters = prose.match(character)?.length ?? 0
  const words = prose.replace(character, ' ').match(/\S*[\p{L}\p{N}]\S*/gu)?.length ?? 0
  const minutes = words / wordsPerMinute + characters / charactersPerMinute
  return { words: words + characters, readingMinutes: Math.max(1, Math.ceil(minutes)) }
}
