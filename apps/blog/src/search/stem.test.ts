import SQLite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { stem } from './stem.ts'

const roots =
  `relate condition value hesitate digit conform radical differ vile analog oper predicate decisive hope call
  formal sensitive sensible triplicate form electric good revive allow infer airline gyroscope adjust defense irritate
  replace adopt commune activate angular homolog effect bowdler probe rate cease control roll agree plaster bled motor
  sing conflate trouble size hop tan fall hiss fizz fail file happy sky library box snow play being use king string
  distribute universe post cat pony tie caress cabal oscar rust elixir`.split(/\s+/)

const endings = `s es ed ing y e er al ance ence able ible ant ement ment ent ion ism ate iti ous ive ize ational tional
  enci anci izer bli alli entli eli ousli ization ation ator alism iveness fulness ousness aliti iviti biliti icate
  ative alize iciti ical ful ness ies eed logi ll`.split(/\s+/)

describe('stem', () => {
  it('agrees with the tokenizer of the index', () => {
    const words = [...new Set(roots.flatMap((root) => [root, ...endings.map((ending) => root + ending)]))]
    const sqlite = new SQLite(':memory:')
    sqlite.exec(`create virtual table indexed using fts5(word, tokenize = 'porter unicode61');
      create virtual table terms using fts5vocab(indexed, instance)`)
    const insert = sqlite.prepare('insert into indexed (rowid, word) values (?, ?)')
    for (const [index, word] of words.entries()) insert.run(index, word)
    const terms = sqlite.prepare<[], { doc: number; term: string }>('select doc, term from terms').all()
    expect(terms).toHaveLength(words.length)
    for (const { doc, term } of terms) expect(`${words[doc]} ${stem(words[doc]!)}`).toBe(`${words[doc]} ${term}`)
    sqlite.close()
  })

  it.each(['日本', 'naïve', 'x1', 'it', ''])('leaves %j as it is', (word) => expect(stem(word)).toBe(word))
})
