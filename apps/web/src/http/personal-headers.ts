import type { RawHeaders } from './security-headers.ts'

/** Headers of a shared answer with something added for one reader: no cache in between may give that to others. */
export function personalHeaders(headers: RawHeaders, added: RawHeaders): RawHeaders {
  const shared = headers.map((value, index) =>
    index % 2 === 1 && headers[index - 1] === 'Cache-Control' ? value.replace(/^public\b/, 'private') : value,
  )
  return [...shared, ...added]
}
