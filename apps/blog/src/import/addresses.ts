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
  /** Slugs that posts will have, of those that somebody asked for or gives up. */
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
  const claims = new Map(files.map(({ path, made }) => [path, claimsOf(made)]))
  const published = publishedKeys(catalogue, new Set(claims.keys()))
  // Of all that is published only what somebody asks for or gives up matters.
  const concerned = new Set([...[...claims.values()].flat().map(({ key }) => key), ...[...published.values()].flat()])
  const standing = standingKeys(catalogue, vacated, concerned)
  for (const { made } of files) {
    if (made.kind === 'page' && made.row && isReserved(made.row.slug)) standing.set(`/${made.row.slug}`, siteItself)
  }
  const claimants: Claimant[] = files
    // In doubt the permalink of a post stands and the page is reported.
    .toSorted((a, b) => Number(a.made.kind === 'page') - Number(b.made.kind === 'page'))
    .map(({ path }) => ({ source: path, claims: claims.get(path)!, published: published.get(path) ?? [] }))

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

/** Everything these files are published under, by file. */
function publishedKeys({ posts, permalinks, pages }: Catalogue, files: ReadonlySet<string>): Map<string, string[]> {
  const keys = new Map<string, string[]>()
  const bySlug = new Map<string, string[]>()
  for (const path of files) {
    const [post, page] = [posts.get(path), pages.get(path)]
    const found = [...(post === undefined ? [] : [`post:${post}`]), ...(page === undefined ? [] : [`/${page}`])]
    keys.set(path, found)
    if (post !== undefined) bySlug.set(post, found)
  }
  for (const [path, slug] of permalinks) bySlug.get(slug)?.push(`/${path}`)
  return keys
}

/** Who has what of these keys, but for what is vacated. */
function standingKeys(
  { posts, permalinks, pages }: Catalogue,
  vacated: ReadonlySet<string>,
  keys: ReadonlySet<string>,
) {
  const standing = new Map<string, string>()
  const linked = [...permalinks].filter(([path]) => keys.has(`/${path}`))
  const linkedSlugs = new Set(linked.map(([, slug]) => slug))
  const linkedSources = new Map<string, string>()
  for (const [source, slug] of posts) {
    if (vacated.has(source)) continue
    if (keys.has(`post:${slug}`)) standing.set(`post:${slug}`, source)
    if (linkedSlugs.has(slug)) linkedSources.set(slug, source)
  }
  for (const [path, slug] of linked) {
    const source = linkedSources.get(slug)
    if (source !== undefined) standing.set(`/${path}`, source)
  }
  for (const [source, slug] of pages) {
    if (!vacated.has(source) && keys.has(`/${slug}`)) standing.set(`/${slug}`, source)
  }
  return standing
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
