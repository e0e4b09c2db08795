import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ContentError } from '../errors.ts'
import { picturePattern } from '../images/content-types.ts'
import { contentTypeOf, type ProcessedAsset, type ProcessedFile, processAsset } from '../images/index.ts'
import type { AssetVariant } from '../markdown/index.ts'
import { assetUrl, publicName, sameBytesKey } from './asset-names.ts'
import type { FileTask } from './compare.ts'
import type { AssetResult, AssetRow, Job, MadeAsset } from './jobs.ts'
import { sha256, unreadable } from './read-source.ts'

/** Makes a file of `assets/`, or one that is served from beside `site.yaml`, ready for the database. */
export async function makeAsset({ folder, task, largeFileBytes, hashesAtHand }: Job & { kind: 'asset' }) {
  const file = join(folder, task.path)
  try {
    if (task.size >= largeFileBytes && !picturePattern.test(task.path)) return await makeExternal(file, task)
    const bytes = await readFile(file)
    const hash = sha256(bytes)
    if (hash === task.knownHash) return { outcome: 'same' } satisfies AssetResult
    if (hashesAtHand.has(sameBytesKey(hash, task.path))) return good(hash, { sameAs: hash })
    return { ...(await makeFromBytes(bytes, hash, task)), original: bytes }
  } catch (error) {
    return { outcome: 'bad', hash: '', problems: [unreadable(error)] } satisfies AssetResult
  }
}

async function makeFromBytes(bytes: Uint8Array, hash: string, { path }: FileTask): Promise<AssetResult> {
  try {
    const { kind, contentType, width, height, lqip, files } = await processed(bytes, path)
    const full = files.at(-1)!
    const name = publicName(path, kind)
    const variants = kind === 'image' || kind === 'animation' ? files.map((file) => toVariant(file, name)) : []
    const row: AssetRow = {
      name,
      source: path,
      kind,
      content_type: contentType,
      hash: full.hash,
      size: full.bytes.length,
      width,
      height,
      lqip,
      variants: JSON.stringify(variants),
      is_external: 0,
    }
    const blobs = files.map(({ hash, contentType, bytes }) => ({ hash, content_type: contentType, bytes }))
    return good(hash, { row, blobs })
  } catch (error) {
    if (!(error instanceof ContentError)) throw error
    const problem = { line: 1, severity: 'error', code: error.code, message: error.message } as const
    return { outcome: 'bad', hash, problems: [problem] }
  }
}

function processed(bytes: Uint8Array, path: string): Promise<ProcessedAsset> | ProcessedAsset {
  // Icons go to readers as they are: some browsers take no WebP for them.
  if (!path.startsWith('assets/') && !path.endsWith('.svg')) return asIs(bytes, path)
  return processAsset(bytes, path.slice(path.lastIndexOf('/') + 1))
}

function asIs(bytes: Uint8Array, path: string): ProcessedAsset {
  const contentType = contentTypeOf(path)
  const file = { width: null, height: null, bytes, contentType, hash: urlHash(sha256(bytes)) }
  return { kind: 'file', contentType, width: null, height: null, lqip: null, files: [file] }
}

/** A file too large for a database that is copied to every region is served from the folder. */
async function makeExternal(file: string, { path, size, knownHash }: FileTask): Promise<AssetResult> {
  const hash = await hashFile(file)
  if (hash === knownHash) return { outcome: 'same' }
  const row: AssetRow = {
    name: publicName(path, 'file'),
    source: path,
    kind: 'file',
    content_type: contentTypeOf(path),
    hash: urlHash(hash),
    size,
    width: null,
    height: null,
    lqip: null,
    variants: '[]',
    is_external: 1,
  }
  return good(hash, { row, blobs: [] })
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}

function toVariant({ width, height, hash, bytes }: ProcessedFile, name: string): AssetVariant {
  return { width: width!, height: height!, url: assetUrl(hash, name), hash, size: bytes.length }
}

/** As long as hashes in addresses are. */
function urlHash(sha256: string): string {
  return sha256.slice(0, 16)
}

function good(hash: string, made: MadeAsset): AssetResult {
  return { outcome: 'good', hash, problems: [], made }
}
