import type { Problem } from '../markdown/index.ts'
import type { Catalogue } from './catalogue.ts'
import { type Claim, type Claimant, settleClaims } from './claims.ts'
import type { MadePage, MadePost } from './jobs.ts'
import { problemOf } from './problems.ts'
import { isReserved } from './reserved.ts'

export interface AddressedFile {
  path: string
  made: MadePost | MadePage
}

export interface SettledAddresses {
  /** Files that cannot have what they ask for, and why. */
  refused: Map<string, Problem>
  /** Slugs of all posts there will be. */
  postSlugs: Set<string>
}

/** Holds the addresses of the site's own pages. */
const siteItself = ''

/**
 * Gives every post its slug and permalinks and every page its address. `vacated` are files that are gone or have been
 * read again: what they have published is free, unless they are refused.
 */
export function settleAddresses(
  files: AddressedFile[],
  catalogue: Catalogue,
  vacated: ReadonlySet<string>,
): SettledAddresses {
  const published = publishedKeys(catalogue)
  const standing = new Map<string, string>()
  for (const [source, keys] of published) {
    if (!vacated.has(source)) for (const key of keys) standing.set(key, source)
  }
  for (const { made } of files) {
    if (made.kind === 'page' && made.row && isReserved(made.row.slug)) standing.set(`/${made.row.slug}`, siteItself)
  }
  const claimants: Claimant[] = files
    // In doubt the permalink of a post stands and the page is reported.
    .toSorted((a, b) => Number(a.made.kind === 'page') - Number(b.made.kind === 'page'))
    .map(({ path, made }) => ({ source: path, claims: claimsOf(made), published: published.get(path) ?? [] }))

  const { refused, holders } = settleClaims(claimants, standing)
  return {
    refused: new Map([...refused].map(([path, { code, line, message }]) => [path, problemOf(code, line, message)])),
    postSlugs: new Set([...holders.keys()].flatMap((key) => (key.startsWith('post:') ? [key.slice(5)] : []))),
  }
}

/** Permalinks that readers can use; the others are warned of. */
export function usablePermalinks({ permalinks }: MadePost): MadePost['permalinks'] {
  return permalinks.filter(({ path }) => !isReserved(path))
}

export function warnOfUselessPermalinks({ permalinks }: MadePost): Problem[] {
  return permalinks
    .filter(({ path }) => isReserved(path))
    .map(({ path, line }) =>
      problemOf('useless_permalink', line, `permalink "/${path}" is an address of the site itself`),
    )
}

/** Everything a file is published under, by file. */
function publishedKeys({ posts, permalinks, pages }: Catalogue): Map<string, string[]> {
  const sources = new Map([...posts].map(([source, slug]) => [slug, source]))
  const keys = new Map([...posts].map(([source, slug]) => [source, [`post:${slug}`]]))
  for (const [path, slug] of permalinks) keys.get(sources.get(slug) ?? '')?.push(`/${path}`)
  for (const [source, slug] of pages) keys.set(source, [`/${slug}`])
  return keys
}

function claimsOf(made: MadePost | MadePage): Claim[] {
  if (made.kind === 'page') {
    if (!made.row) return []
    const address = `/${made.row.slug}`
    return [{ key: address, conflict: (holder) => ({ line: made.slugLine, ...describePage(address, holder) }) }]
  }
  const { slug, slugLine } = made
  const message = (holder: string) => `slug "${slug}" is taken by ${holder}`
  const slugClaim: Claim = {
    key: `post:${slug}`,
    conflict: (holder) => ({ line: slugLine, code: 'duplicate_slug', message: message(holder) }),
  }
  return [slugClaim, ...usablePermalinks(made).map(permalinkClaim)]
}

function permalinkClaim({ path, line }: MadePost['permalinks'][number]): Claim {
  return {
    key: `/${path}`,
    conflict: (holder) => ({
      line,
      code: 'duplicate_permalink',
      message: `permalink "/${path}" is taken by ${holder}`,
    }),
  }
}

function describePage(address: string, holder: string) {
  return holder === siteItself
    ? ({ code: 'reserved_address', message: `"${address}" is an address of the site itself` } as const)
    : ({ code: 'duplicate_page', message: `"${address}" is taken by ${holder}` } as const)
}
