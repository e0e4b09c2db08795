import type { Look, Part } from '@atoll/live'
import { encodeToken } from '@atoll/repo'
import { readStamp } from '../cache/page-version.ts'
import type { Renderer } from '../cache/renderer.ts'
import type { Representation } from '../http/representation.ts'
import { canonicalQuery, parseTarget } from '../http/target.ts'
import type { Router } from '../server/router.ts'
import { findParts } from './find-parts.ts'

interface LookOptions {
  router: Router
  renderer: Pick<Renderer, 'look'>
}

/** What may bring a page to an address that has none. */
const topicsOfNothing = ['posts', 'titles', 'pages', 'permalinks', 'projects']

type Read = { version: string; title: string; parts: readonly Part[] }

/** What an address of this site shows, as an open page needs it: the same pages from the same cache as a request's. */
export function createLook({ router, renderer }: LookOptions): (address: string) => Promise<Look> {
  /** A page is taken apart once, however many come back to it. */
  const read = new WeakMap<Representation, Read>()

  return async function look(address) {
    const request = find(address)
    const seen = request && (await renderer.look(request))
    if (!seen) return { kind: 'gone', topics: topicsOfNothing }
    const { representation, topics, token } = seen
    const location = locationOf(representation)
    if (location) return { kind: 'moved', location, topics }
    if (representation.status !== 200) return { kind: 'gone', topics: [...topics, ...topicsOfNothing] }
    return { kind: 'page', at: token ? encodeToken(token) : '', topics, ...partsOf(representation) }
  }

  function find(address: string) {
    const target = parseTarget(address)
    if (target.kind === 'refused') return undefined
    const match = router.match('GET', target.path)
    if (match.kind !== 'found' || match.destination.kind !== 'page') return undefined
    const { page, query } = match.destination
    return { key: target.path + canonicalQuery(target.query, query), page, params: match.params }
  }

  function partsOf(representation: Representation): Read {
    let parts = read.get(representation)
    if (!parts) {
      const html = representation.contentType.startsWith('text/html') ? representation.identity.body.toString() : ''
      parts = { ...readStamp(html), parts: findParts(html) }
      read.set(representation, parts)
    }
    return parts
  }
}

function locationOf({ status, identity }: Representation): string | undefined {
  if (status < 300 || status > 399) return undefined
  const index = identity.headers.indexOf('Location')
  return index < 0 ? undefined : identity.headers[index + 1]
}
