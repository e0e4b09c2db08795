import { describe, expect, it } from 'vitest'
import { isUnspaced, segment, unify, unsegment } from './segment.ts'

const divided = (text: string) => segment(text).replaceAll('\u2060', '|')

describe('segment', () => {
  it('divides what is written without spaces and nothing else', () => {
    expect(divided('Tokyo東京タワーへ。Tower 2')).toBe('Tokyo|東|京|タ|ワ|ー|へ|。Tower 2')
    expect(divided('한국어 검색')).toBe('|한|국|어| |검|색|')
    expect(divided('plain words, naïve ones')).toBe('plain words, naïve ones')
  })

  it('keeps the marks of a letter with it', () => {
    expect(divided('ที่')).toBe('|ที่|')
  })

  it.each(['日本語 and English', 'ที่นี่', 'プログラミング・言語', ''])('comes back whole: %s', (text) => {
    expect(unsegment(segment(text))).toBe(text)
  })
})

describe('unify', () => {
  it('gives wide Latin and narrow kana their usual widths, and composes accents', () => {
    expect(unify('Ｗｅｂ ﾊﾟﾝ e\u0301')).toBe('Web パン é')
  })
})

describe('isUnspaced', () => {
  it('tells a word of such a script', () => {
    expect(['日本', 'カナ', '한국', 'ไทย'].every(isUnspaced)).toBe(true)
    expect(['word', '12', 'слово', ''].some(isUnspaced)).toBe(false)
  })
})
