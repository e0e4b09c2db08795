import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { ContentError } from '../errors.ts'
import { readCommitTime } from '../import/revision.ts'
import { scanFolder } from '../import/scan.ts'
import type { ManifestFile } from './manifest.ts'

export interface FolderManifest {
  files: ManifestFile[]
  /** Seconds since 1970: of the last commit, or of the newest file. */
  revision: number
}

/** Lists a content folder with the hash of every file, for `atoll publish`. */
export async function readFolder(
  folder: string,
  onProgress?: (progress: { done: number; total: number }) => void,
): Promise<FolderManifest> {
  if (!existsSync(folder)) throw new ContentError('missing_folder', `there is no folder ${folder}`)
  const commitTime = readCommitTime(folder)
  const scanned = scanFolder(folder).toSorted((a, b) => (a.path < b.path ? -1 : 1))
  const files: ManifestFile[] = []
  let newest = 0
  for (const { path, modifiedAt } of scanned) {
    newest = Math.max(newest, Math.floor(modifiedAt / 1000))
    files.push({ path, ...(await hashFile(join(folder, path))) })
    onProgress?.({ done: files.length, total: scanned.length })
  }
  return { files, revision: (await commitTime) ?? newest }
}

async function hashFile(file: string): Promise<{ hash: string; size: number }> {
  const digest = createHash('sha256')
  let size = 0
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    digest.update(chunk as Uint8Array)
    size += (chunk as Uint8Array).length
  }
  return { hash: digest.digest('hex'), size }
}
