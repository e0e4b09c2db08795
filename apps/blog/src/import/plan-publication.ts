import type { Publication } from '../schema/publish-content.ts'
import { settleAddresses, usablePermalinks } from './addresses.ts'
import type { Catalogue } from './catalogue.ts'
import type { Comparison, FileTask } from './compare.ts'
import { type GoodFile, goodFiles, ofKind } from './good-file.ts'
import type { MadeFiles } from './make-files.ts'
import { type RememberedFiles, rememberFiles } from './remember-files.ts'
import { findRenames, type NewFile } from './renames.ts'
import { settleProjects } from './settle-projects.ts'
import { settleSite } from './settle-site.ts'

/** What is to be published and remembered, and what became of the files. */
export interface Plan extends RememberedFiles {
  lists: PublicationLists
  /** Files that are not there any more. */
  gone: string[]
  counts: ImportCounts
}

export type PublicationLists = Omit<Publication, 'import' | 'base' | 'state'>

/** How many files. One with an error counts as unchanged: what it made before stays. */
export interface ImportCounts {
  added: number
  changed: number
  renamed: number
  deleted: number
  unchanged: number
}

type Accepted = GoodFile | (FileTask & { hash: string })

interface Settled {
  files: MadeFiles
  documents: GoodFile[]
  comparison: Comparison
  catalogue: Catalogue
}

/** Decides what the site will be. Reads and writes nothing. */
export function planPublication(files: MadeFiles, comparison: Comparison, catalogue: Catalogue): Plan {
  const deleted = new Set(comparison.deleted.map(({ path }) => path))
  const made = goodFiles(files.documentResults)
  const addressed = [...ofKind(made, 'post'), ...ofKind(made, 'page')]
  const vacated = new Set([...deleted, ...addressed.map(({ path }) => path)])
  const addresses = settleAddresses(addressed, catalogue, vacated)
  const projects = settleProjects(ofKind(made, 'project'), catalogue, deleted)

  const refused = new Map([...addresses.refused, ...files.assets.refused])
  const documents = made.filter(({ path }) => !refused.has(path))
  const assets = files.assetResults.flatMap(({ task, result }) =>
    result.outcome === 'good' && !refused.has(task.path) ? [{ ...task, hash: result.hash }] : [],
  )
  const accepted: Accepted[] = [...documents, ...assets]
  const renames = findRenames(accepted.filter(({ isNew }) => isNew).map(toNewFile), comparison.deleted, catalogue.posts)

  const refusedKey = ({ path, made }: (typeof addressed)[number]) => {
    if (!refused.has(path)) return []
    return made.kind === 'post' ? made.document_key : (made.row?.document_key ?? [])
  }

  const settled = { files, documents, comparison, catalogue }
  const remembered = rememberFiles(files, refused, projects.problems)
  return {
    lists: {
      ...listPosts(settled, renames, addresses.postSlugs),
      refusedSources: JSON.stringify([...addresses.refused.keys()]),
      unusedDocuments: JSON.stringify([...addressed.flatMap(refusedKey), ...projects.unused]),
      unusedBlobs: JSON.stringify(files.assets.unused),
      tags: JSON.stringify(listTags(documents)),
      projects: JSON.stringify(projects.accepted),
      projectPositions: JSON.stringify(projects.positions),
      goneProjects: JSON.stringify(projects.gone),
      ...listPages(settled, deleted),
      assets: JSON.stringify(files.assets.changed),
      goneAssets: JSON.stringify(files.assets.gone),
      site: listSite(settled),
    },
    ...remembered,
    gone: [...deleted],
    counts: {
      added: accepted.filter(({ isNew, path }) => isNew && !renames.has(path)).length,
      changed: accepted.filter(({ isNew }) => !isNew).length,
      renamed: renames.size,
      deleted: deleted.size - renames.size,
      unchanged: comparison.total - accepted.length,
    },
  }
}

function listPosts({ documents, comparison, catalogue }: Settled, renames: Map<string, string>, slugs: Set<string>) {
  const posts = ofKind(documents, 'post')
  const redirects = posts.flatMap(({ path, made }) => {
    const before = catalogue.posts.get(renames.get(path) ?? path)
    return before && before !== made.slug && !slugs.has(before) ? [{ from_slug: before, to_slug: made.slug }] : []
  })
  const gone = comparison.deleted.filter(({ kind }) => kind === 'post')
  return {
    replacedSources: JSON.stringify(
      [...posts, ...gone].flatMap(({ path }) => (catalogue.posts.has(path) ? [path] : [])),
    ),
    permalinks: JSON.stringify(
      posts.flatMap(({ made }) => usablePermalinks(made).map(({ path }) => ({ path, post_slug: made.slug }))),
    ),
    redirects: JSON.stringify(redirects),
  }
}

/** Each tag once; of several spellings that of the last file, which by its name is the newest. */
function listTags(documents: GoodFile[]) {
  const tags = [...ofKind(documents, 'post'), ...ofKind(documents, 'project')].flatMap(({ made }) => made.tags)
  return [...new Map(tags.map((tag) => [tag.slug, tag])).values()]
}

function listPages({ documents, catalogue }: Settled, deleted: ReadonlySet<string>) {
  const pages = ofKind(documents, 'page')
  const rows = pages.flatMap(({ made }) => made.row ?? [])
  const stays = new Set(rows.map(({ slug }) => slug))
  const readAgain = new Set(pages.map(({ path }) => path))
  const gone = [...catalogue.pages].flatMap(([source, slug]) =>
    (deleted.has(source) || readAgain.has(source)) && !stays.has(slug) ? [slug] : [],
  )
  return { pages: JSON.stringify(rows), gonePages: JSON.stringify(gone) }
}

/** The settings, if any file that they are made from was read or is gone. */
function listSite({ files, documents, comparison, catalogue }: Settled): string | null {
  const isConcerned =
    comparison.deleted.some(({ kind }) => kind === 'site') ||
    [...files.assetResults, ...files.documentResults].some(
      ({ task, result }) => task.kind === 'site' && result.outcome === 'good',
    )
  if (!isConcerned) return null
  const isGone = comparison.deleted.some(({ path }) => path === 'site.yaml')
  const settings = ofKind(documents, 'site')[0]?.made.site ?? (isGone ? undefined : catalogue.site)
  return JSON.stringify(settleSite(settings, files.assets.rows))
}

function toNewFile(file: Accepted): NewFile {
  const slug = 'made' in file && file.made.kind === 'post' ? { slug: file.made.slug } : {}
  return { path: file.path, kind: file.kind, hash: file.hash, ...slug }
}
