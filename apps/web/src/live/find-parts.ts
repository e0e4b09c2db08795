import { hash } from 'node:crypto'
import type { Part } from '@atoll/live'

/** A comment, or a tag whose attributes may hold any character. Pages are written by serialisers that quote them. */
const tags = /<!--[\s\S]*?-->|<(\/?)([a-z][^\s/>"']*)((?:[^"'>]|"[^"]*"|'[^']*')*)>/gi

interface OpenPart {
  name: string
  tag: string
  /** Elements of the same name that are open in it. */
  depth: number
  start: number
  inner: { start: number; end: number }[]
  parts: Part[]
}

/**
 * The elements of a page's body with `data-live`, as a tree. What writers write never has that attribute: the
 * sanitiser takes it away, and text that only looks like it stands in an attribute's value, which is skipped whole.
 */
export function findParts(html: string): Part[] {
  const found: Part[] = []
  const open: OpenPart[] = []
  tags.lastIndex = Math.max(0, html.indexOf('<body'))
  for (let match = tags.exec(html); match; match = tags.exec(html)) {
    const [text, slash, tag, attributes = ''] = match
    if (tag === undefined) continue
    const current = open.at(-1)
    if (slash === '/') {
      if (current?.tag === tag && --current.depth === 0) finish(match.index + text.length)
      continue
    }
    const name = attributes.includes('data-live=') ? /\sdata-live="([^"]*)"/.exec(attributes)?.[1] : undefined
    if (name !== undefined) open.push({ name, tag, depth: 1, start: match.index, inner: [], parts: [] })
    else if (current?.tag === tag) current.depth++
  }
  return found

  function finish(end: number) {
    const { name, start, inner, parts } = open.pop()!
    const part = { name, html: html.slice(start, end), own: ownOf(start, end, inner), parts }
    const outer = open.at(-1)
    if (!outer) return void found.push(part)
    outer.parts.push(part)
    outer.inner.push({ start, end })
  }

  function ownOf(start: number, end: number, inner: OpenPart['inner']): string {
    let text = ''
    let at = start
    for (const hole of inner) {
      text += html.slice(at, hole.start)
      at = hole.end
    }
    return hash('sha256', text + html.slice(at, end), 'base64url').slice(0, 12)
  }
}
