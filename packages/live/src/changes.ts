import type { Look } from './look.ts'
import { allParts, changedParts, outlineOf } from './parts.ts'
import type { Told } from './protocol.ts'
import type { Shown } from './room.ts'

/** '' for an address that shows no page. */
export function versionOf(shown: Shown): string {
  return shown.kind === 'page' ? shown.version : ''
}

/** What is kept of a look, to say later what changed. */
export function keep(seen: Look): Shown {
  if (seen.kind !== 'page') return seen
  const { version, parts, topics } = seen
  return { kind: 'page', version, outline: parts.map(outlineOf), topics }
}

export function tellWhole(page: string, seen: Look): Told {
  if (seen.kind === 'moved') return { is: 'moved', page, location: seen.location }
  if (seen.kind === 'gone') return { is: 'gone', page }
  const { version, at, title, parts } = seen
  return { is: 'page', page, from: '*', version, at, title, parts: allParts(parts) }
}

/** What turns what was shown into what is seen now; nothing if they are the same. */
export function tellChange(page: string, former: Shown, seen: Look): Told | undefined {
  if (seen.kind === 'moved' && former.kind === 'moved' && former.location === seen.location) return undefined
  if (seen.kind === 'gone' && former.kind === 'gone') return undefined
  if (seen.kind !== 'page' || former.kind !== 'page') return tellWhole(page, seen)
  if (seen.version === former.version) return undefined
  const { version, at, title, parts } = seen
  return { is: 'page', page, from: former.version, version, at, title, parts: changedParts(former.outline, parts) }
}
