/** Whether the reader has one of these already. Weak comparison, as RFC 9110 asks for If-None-Match. */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string, formerEtag?: string): boolean {
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch === etag || ifNoneMatch.trim() === '*') return true
  for (const [, tag] of ifNoneMatch.matchAll(/(?:W\/)?("[^"]*")/g)) {
    if (tag === etag || tag === formerEtag) return true
  }
  return false
}

/** Strong comparison: weak tags never match. True when the header is absent. */
export function satisfiesIfMatch(ifMatch: string | undefined, etag: string): boolean {
  if (ifMatch === undefined || ifMatch.trim() === '*') return true
  return ifMatch.split(',').some((tag) => tag.trim() === etag)
}

/** A part may be sent unless the reader's other parts are of an older version. Dates never match: we send none. */
export function allowsRange(ifRange: string | undefined, etag: string): boolean {
  return ifRange === undefined || ifRange.trim() === etag
}
