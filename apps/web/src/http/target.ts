/** What a request asks for, in one spelling: two requests for the same thing have equal paths. */
export type Target =
  | { kind: 'target'; path: string; query: URLSearchParams }
  | { kind: 'refused'; status: 400 | 414; reason: string }

/** Longer than any link to a page, short enough to keep in a cache's keys. */
export const maxTargetLength = 8192

/**
 * Takes a request line's target apart. What is refused here never reaches a route: a path that climbs (`..`), one
 * that browsers would read as another host when it came back in a Location (`/\host`), null bytes, broken escapes.
 */
export function parseTarget(raw: string): Target {
  if (raw.length > maxTargetLength) return refuse(414, 'the address is too long')
  const local = withoutOrigin(raw)
  if (local === undefined) return refuse(400, 'the address does not start with a slash')
  const text = decodeUtf8(local)
  if (text === undefined) return refuse(400, 'the address is not UTF-8')

  const [beforeFragment = ''] = text.split('#', 1)
  const mark = beforeFragment.indexOf('?')
  const path = mark < 0 ? beforeFragment : beforeFragment.slice(0, mark)
  const queryText = mark < 0 ? '' : beforeFragment.slice(mark + 1)
  if (/%00|\0/.test(beforeFragment)) return refuse(400, 'the address holds a null byte')

  const segments: string[] = []
  for (const segment of path.slice(1).split('/')) {
    const decoded = decodeSegment(segment)
    if (decoded === undefined) return refuse(400, 'the address holds a broken percent-escape')
    if (decoded === '.' || decoded === '..') return refuse(400, 'the address climbs out of its folder')
    if (/[\\\p{Cc}]/u.test(decoded) || /(^|\/)\.\.?(\/|$)/.test(decoded)) {
      return refuse(400, 'the address holds a character that no page has')
    }
    segments.push(encodeSegment(decoded))
  }
  return { kind: 'target', path: `/${segments.join('/')}`, query: new URLSearchParams(queryText) }
}

/** The query keys that a page reads, in the route's order, each once; empty ones say nothing. */
export function canonicalQuery(query: URLSearchParams, keys: readonly string[]): string {
  const kept = new URLSearchParams()
  for (const key of keys) {
    const value = query.get(key)
    if (value !== null && value !== '') kept.set(key, value)
  }
  const text = kept.toString()
  return text === '' ? '' : `?${text}`
}

/** Proxies may send `GET http://host/path` (RFC 9112, 3.2.2); the host is not ours to judge. */
function withoutOrigin(raw: string): string | undefined {
  if (raw.startsWith('/')) return raw
  const absolute = /^https?:\/\/[^/?#]*(.*)$/is.exec(raw)
  if (!absolute) return undefined
  const rest = absolute[1]!
  return rest.startsWith('/') ? rest : `/${rest}`
}

/** Node hands over bytes as characters; some clients send UTF-8 without escaping it. */
function decodeUtf8(text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: anything outside ASCII is meant
  if (/^[\x00-\x7f]*$/.test(text)) return text
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(text, 'latin1'))
  } catch {
    return undefined
  }
}

function decodeSegment(segment: string): string | undefined {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

/** As browsers spell it, so that the usual request needs no second look-up. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(/%(24|26|2B|2C|3A|3B|3D|40)/g, decodeURIComponent)
}

function refuse(status: 400 | 414, reason: string): Target {
  return { kind: 'refused', status, reason }
}
