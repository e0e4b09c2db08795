import { copyFile, mkdir, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Repo } from '@atoll/repo'
import { ContentError } from '../errors.ts'
import { readBaseline } from '../import/catalogue.ts'
import type { BlogTables } from '../schema/tables.ts'
import { findOriginals, writeOriginal } from './originals.ts'
import { publishedFiles } from './publication-source.ts'

export interface ExportOptions {
  repo: Repo<BlogTables>
  /** Made when missing; has to be empty. */
  folder: string
  /** Where files are that are too large for the database. */
  contentFolder?: string
  onProgress?: (progress: { done: number; total: number }) => void
}

export interface ExportReport {
  files: number
  /** Files that are neither in the database nor in the content folder of this node. */
  missing: string[]
  /** The publication that was written out. */
  number: number
}

export interface ContentListing {
  /** Of the publication that they are. */
  number: number
  /** `isKept`: its bytes are in the database. */
  files: { path: string; hash: string; isKept: boolean }[]
}

/** Every file that the site was made from. */
export async function listContent(repo: Repo<BlogTables>): Promise<ContentListing> {
  const baseline = await readBaseline(repo)
  const files = publishedFiles(baseline)
  const hashes = files.map(({ hash }) => hash)
  const kept = await findOriginals(repo.reader(), hashes)
  return {
    number: baseline.state?.number ?? 0,
    files: files.map(({ path, hash }) => ({ path, hash, isKept: kept.get(hash)?.isWhole === true })),
  }
}

/** Writes all content back as it was imported or published, byte for byte. */
export async function exportContent(options: ExportOptions): Promise<ExportReport> {
  const { repo, folder, contentFolder, onProgress } = options
  await mkdir(folder, { recursive: true })
  if ((await readdir(folder)).length > 0) throw new ContentError('folder_not_empty', `${folder} is not empty`)
  const { number, files } = await listContent(repo)
  const missing: string[] = []
  for (const [index, { path, hash, isKept }] of files.entries()) {
    const target = join(folder, path)
    if (isKept) await writeOriginal(repo.reader(), hash, target)
    else if (!(contentFolder && (await copyLarge(join(contentFolder, path), target)))) missing.push(path)
    onProgress?.({ done: index + 1, total: files.length })
  }
  return { files: files.length - missing.length, missing, number }
}

async function copyLarge(from: string, to: string): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true })
  return copyFile(from, to).then(
    () => true,
    () => false,
  )
}
