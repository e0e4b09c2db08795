import { posix } from 'node:path'
import { nearest } from '../edit-distance.ts'
import type { Problem } from '../markdown/index.ts'
import { tagSlug } from '../tag-slug.ts'
import { type GoodFile, ofKind } from './good-file.ts'
import { problemOf } from './problems.ts'
import { isReserved } from './reserved.ts'
import { canonicalSlug } from './slug.ts'

/** Everything a link within the site can lead to. */
interface Targets {
  /** Addresses by the paths of files. */
  files: ReadonlyMap<string, string>
  /** Ids of posts and pages by their addresses. */
  pages: ReadonlyMap<string, ReadonlySet<string>>
  drafts: ReadonlySet<string>
  /** Addresses that lead on to a post. */
  permalinks: ReadonlySet<string>
  tags: ReadonlySet<string>
}

/** Links between posts and pages that lead nowhere, by file. */
export function findBrokenLinks(files: readonly GoodFile[]): Map<string, Problem[]> {
  const targets = gatherTargets(files)
  return new Map(addressedFiles(files).map(({ file, address }) => [file.path, brokenIn(file, address, targets)]))
}

function brokenIn({ path, made }: GoodFile, address: string, targets: Targets): Problem[] {
  const mayShowDrafts = made.kind === 'post' && made.isDraft
  return made.links.links.flatMap(({ href, line }) => {
    const reason = whyBroken(href, address, targets, mayShowDrafts)
    const meant = reason && addressOfFile(href, path, targets)
    if (meant) return [problemOf('broken_link', line, `the link ${href} names a file; write its address, ${meant}`)]
    return reason ? [problemOf('broken_link', line, `the link ${href} ${reason}`)] : []
  })
}

function whyBroken(href: string, address: string, targets: Targets, mayShowDrafts: boolean): string | undefined {
  // A name that nobody can have, so that what stays on it is a link within the site.
  const here = `http://site.invalid${address}`
  if (!URL.canParse(href, here)) return 'is no address'
  const { host, protocol, pathname, hash } = new URL(href, here)
  if (host !== 'site.invalid' || !protocol.startsWith('http')) return undefined

  const path = decode(pathname).replace(/(?<=.)\/$/, '')
  const page = path.startsWith('/posts/') ? canonicalSlug(path) : path
  const ids = targets.pages.get(page)
  if (ids) {
    if (targets.drafts.has(page) && !mayShowDrafts) return 'leads to a draft'
    return leadsToId(ids, decode(hash.slice(1))) ? undefined : 'leads to a heading that is not there'
  }
  return isKnown(path, targets) ? undefined : `leads nowhere${hint(page, targets)}`
}

/** The address of the file that a link names, as links in a folder of notes do: from beside it, or from the top. */
function addressOfFile(href: string, from: string, { files }: Targets): string | undefined {
  const [, file = '', hash = ''] = /^([^?#]*\.(?:md|markdown))(#.*)?$/is.exec(href) ?? []
  const path = decode(file).replace(/^\//, '')
  const address = files.get(posix.join(posix.dirname(from), path)) ?? files.get(posix.normalize(path))
  return address && address + hash
}

function isKnown(path: string, { permalinks, tags }: Targets): boolean {
  if (path === '/' || permalinks.has(path)) return true
  const [, section = '', rest] = path.split('/')
  if (section === 'posts') return rest === undefined
  if (section === 'tags') return rest === undefined || tags.has(tagSlug(rest))
  return isReserved(path.slice(1))
}

/** Ids with a colon are those of the page around the text. */
function leadsToId(ids: ReadonlySet<string>, id: string): boolean {
  return id === '' || id === 'top' || id.includes(':') || ids.has(id)
}

function hint(path: string, { pages, permalinks }: Targets): string {
  const meant = nearest(path, [...pages.keys(), ...permalinks])
  return meant ? `; did you mean ${meant}?` : ''
}

function gatherTargets(files: readonly GoodFile[]): Targets {
  const posts = ofKind(files, 'post')
  const tagged = [...posts, ...ofKind(files, 'project')]
  const addressed = addressedFiles(files)
  return {
    files: new Map(addressed.map(({ file, address }) => [file.path, address])),
    // The title's id is the last part of the address.
    pages: new Map(
      addressed.map(({ file, address }) => [
        address,
        new Set([...file.made.links.ids, address.slice(address.lastIndexOf('/') + 1)]),
      ]),
    ),
    drafts: new Set(posts.filter(({ made }) => made.isDraft).map(({ made }) => `/posts/${made.slug}`)),
    permalinks: new Set(posts.flatMap(({ made }) => made.permalinks.map(({ path }) => `/${path}`))),
    tags: new Set(tagged.flatMap(({ made }) => made.tags.map(({ slug }) => slug))),
  }
}

function addressedFiles(files: readonly GoodFile[]): { file: GoodFile; address: string }[] {
  return files.flatMap((file) => {
    const address = addressOf(file)
    return address === undefined ? [] : [{ file, address }]
  })
}

/** Where links of a file start from; nothing for what has no text of its own. */
function addressOf({ made }: GoodFile): string | undefined {
  switch (made.kind) {
    case 'post':
      return `/posts/${made.slug}`
    case 'page':
      return made.row && `/${made.row.slug}`
    case 'site':
      return '/'
    case 'project':
      return undefined
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
