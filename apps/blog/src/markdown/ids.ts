import { decodeAddress } from './assets.ts'
import { idPrefix } from './parse.ts'
import { type Element, visit } from './tree.ts'

/** Ids of one post. Those of the page around it have a colon, which no heading's id has. */
export interface Ids {
  /** An id that nothing else in the post has: the one asked for, or the same with a number. */
  take(wanted: string): string
  all(): string[]
}

export function createIds(taken: Iterable<string>): Ids {
  const used = new Set(taken)
  return {
    take(wanted) {
      let id = wanted
      for (let number = 1; used.has(id); number++) id = `${wanted}-${number}`
      used.add(id)
      return id
    },
    all: () => [...used],
  }
}

/**
 * Ids written in raw HTML are prefixed, so that they can neither be those of the page nor shadow what a script looks
 * for; links within the post still find them. Returns the ids that are in the post then.
 */
export function prefixIds(article: Element): Ids {
  const ids = new Set<string>()
  const renamed = new Map<string, string>()
  visit(article, ({ attributes }) => {
    const { id } = attributes
    if (id === undefined) return
    const prefixed = id.startsWith(idPrefix) ? id : idPrefix + id
    if (id === '' || /\s/.test(id) || ids.has(prefixed)) {
      delete attributes.id
    } else {
      ids.add(prefixed)
      attributes.id = prefixed
      renamed.set(id, prefixed)
    }
  })
  if (renamed.size > 0) visit(article, ({ attributes }) => followRenamed(attributes, renamed))
  return createIds(ids)
}

function followRenamed(attributes: Record<string, string>, renamed: ReadonlyMap<string, string>): void {
  const { href, 'aria-describedby': describedBy } = attributes
  const renamedTo = href?.startsWith('#') ? renamed.get(decodeAddress(href.slice(1))) : undefined
  if (renamedTo) attributes.href = `#${renamedTo}`
  if (describedBy) attributes['aria-describedby'] = renamed.get(describedBy) ?? describedBy
}
