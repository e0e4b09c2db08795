import { expect, it } from 'vitest'
import { tagSlug } from './tag-slug.ts'

it.each([
  ['Elixir', 'elixir'],
  ['  Node.js ', 'node-js'],
  ['C++', 'cplusplus'],
  ['C#', 'csharp'],
  ['日本語 タグ', '日本語-タグ'],
  ['Ünïcode', 'ünïcode'],
  ['!!!', ''],
])('makes of %j the address %j', (label, slug) => {
  expect(tagSlug(label)).toBe(slug)
})
