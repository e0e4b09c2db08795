import { expect, it } from 'vitest'
import { changedParts, outlineOf, type Part } from './parts.ts'

const part = (name: string, own: string, ...parts: Part[]): Part => ({ name, own, html: `<${name}>`, parts })

const page = (title: string, text: string, votes: string) => [
  part('header', 'h'),
  part('main', 'm', part('title', title), part('body', 'b', part('text', text), part('votes', votes))),
]

it('sends the smallest part that changed', () => {
  const before = page('t', 'x', '1').map(outlineOf)
  expect(changedParts(before, page('t', 'x', '2'))).toEqual({ votes: '<votes>' })
  expect(changedParts(before, page('u', 'x', '2'))).toEqual({ title: '<title>', votes: '<votes>' })
  expect(changedParts(before, page('t', 'x', '1'))).toEqual({})
})

it('sends the part around it when parts come or go', () => {
  const before = page('t', 'x', '1').map(outlineOf)
  const after = [part('header', 'h'), part('main', 'm', part('title', 't'), part('body', 'b', part('text', 'x')))]
  expect(changedParts(before, after)).toEqual({ body: '<body>' })
})
