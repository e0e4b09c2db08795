import { createHash } from 'node:crypto'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ContentError, type ContentListing, readManifest } from '@atoll/blog'
import { CommandError } from '../errors.ts'
import { rememberBase } from './remembered-base.ts'
import type { SiteClient } from './site-client.ts'

interface ExportFrom {
  site: SiteClient
  /** Made when missing; has to be empty. */
  folder: string
  onProgress: (progress: { done: number; total: number }) => void
}

/** Writes the content of a running site into a folder, which can be published there again. */
export async function exportFrom({
  site,
  folder,
  onProgress,
}: ExportFrom): Promise<{ files: number; missing: string[] }> {
  await mkdir(folder, { recursive: true })
  if ((await readdir(folder)).length > 0) throw new ContentError('folder_not_empty', `${folder} is not empty`)
  const { number, files } = (await site.call('GET', '/api/content')) as ContentListing
  const missing: string[] = []
  // A site that was taken over must not write elsewhere on this machine.
  const safe = readManifest(files.map(({ path, hash }) => [path, hash, 0]))
  const kept = new Set(files.filter(({ isKept }) => isKept).map(({ path }) => path))
  for (const [index, { path, hash }] of safe.entries()) {
    if (kept.has(path)) await download(site, hash, join(folder, path))
    else missing.push(path)
    onProgress({ done: index + 1, total: safe.length })
  }
  rememberBase(folder, site.origin, number)
  return { files: safe.length - missing.length, missing }
}

async function download(site: SiteClient, hash: string, target: string): Promise<void> {
  const bytes = await site.bytes(`/api/content/file?hash=${hash}`)
  const found = createHash('sha256').update(bytes).digest('hex')
  if (found !== hash) throw new CommandError(`${site.origin} sent other bytes than those of ${target}; try again`)
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, bytes)
}
