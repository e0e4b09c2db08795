import { expect, it } from 'vitest'
import { readText, storeText } from './stored-text.ts'

it.each([
  ['', true],
  ['Plain “words” — and more…', true],
  ['Привет, мир', true],
  ['a naïve one', false],
  ['a nai\u0308ve one', false],
  ['日本語 and English', false],
])('comes back as it was written, and says whether it is plain: %j', (text, isPlain) => {
  expect(readText(storeText(text))).toEqual({ text: text.normalize(), isPlain })
})

it('takes nothing for plain because of how it begins', () => {
  expect(readText(storeText('\n naïve'))).toEqual({ text: 'naïve', isPlain: false })
})
