/**
 * Changes each URL of a `srcset`, as the HTML standard splits one: an address ends at white space, so it may hold
 * commas, but not begin or end with one.
 */
export function mapSrcset(srcset: string, change: (url: string) => string): string {
  const candidates: string[] = []
  let rest = srcset
  while (true) {
    rest = rest.replace(/^[\s,]+/, '')
    const address = /^\S+/.exec(rest)?.[0]
    if (!address) return candidates.join(', ')
    rest = rest.slice(address.length)
    const url = address.replace(/,+$/, '')
    const descriptors = url === address ? takeDescriptors() : ''
    candidates.push(descriptors ? `${change(url)} ${descriptors}` : change(url))
  }

  /** Up to the next comma that is not within brackets. */
  function takeDescriptors(): string {
    const taken = /^(?:[^,(]|\([^)]*\)?)*/.exec(rest)![0]
    rest = rest.slice(taken.length)
    return taken.trim()
  }
}
