import { z } from 'zod'
import { ContentError } from '../errors.ts'
import { picturePattern } from '../images/content-types.ts'
import { kindOf } from '../import/source-kind.ts'

/** How much one publication may hold. */
export const publicationLimits = { files: 50_000, fileBytes: 256 * 1024 * 1024, pathBytes: 1024 }

const fileInput = z.tuple([z.string(), z.string().regex(/^[0-9a-f]{64}$/), z.number().int().nonnegative()])

/** As it crosses the wire: path, SHA-256 and size of every file of a content folder. */
export const manifestInput = z.array(fileInput).max(publicationLimits.files)

export interface ManifestFile {
  /** Relative to the content folder, with `/`. */
  path: string
  hash: string
  size: number
}

/** Checks what a stranger's program says its folder holds; files that the site does not use are left out. */
export function readManifest(input: z.infer<typeof manifestInput>): ManifestFile[] {
  const files = new Map<string, ManifestFile>()
  for (const [path, hash, size] of input) {
    if (!isContentPath(path))
      throw new ContentError('bad_path', `not a path of a content folder: ${JSON.stringify(path)}`)
    if (files.has(path)) throw new ContentError('bad_path', `${path} is listed twice`)
    if (size > publicationLimits.fileBytes) throw new ContentError('file_too_large', `${path} has ${size} bytes`)
    if (kindOf(path)) files.set(path, { path, hash, size })
  }
  for (const path of files.keys()) {
    const holder = foldersOf(path).find((folder) => files.has(folder))
    if (holder) throw new ContentError('bad_path', `${holder} cannot be a file and the folder of ${path}`)
  }
  return [...files.values()]
}

/** Whether the database takes a file of this size; larger ones are served from the folder they are in. */
export function fitsDatabase({ path, size }: Pick<ManifestFile, 'path' | 'size'>, largeFileBytes: number): boolean {
  return size < largeFileBytes || picturePattern.test(path)
}

/**
 * Files are written below a folder under these names: none may lead out of it, hide, or mean something else on another
 * system.
 */
function isContentPath(path: string): boolean {
  if (Buffer.byteLength(path) > publicationLimits.pathBytes || !path.isWellFormed()) return false
  return path.split('/').every((name) => {
    const isHidden = name === '' || name.startsWith('.') || name.endsWith('~')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    return !isHidden && Buffer.byteLength(name) <= 255 && !/[\x00-\x1f\\]/.test(name)
  })
}

function foldersOf(path: string): string[] {
  const names = path.split('/')
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join('/'))
}
