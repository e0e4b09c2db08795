import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { contentTypeOf } from '../http/content-types.ts'
import { Representation } from '../http/representation.ts'
import type { RawHeaders, SecurityHeaders } from '../http/security-headers.ts'
import { sendMessage, sendRepresentation, statusLine } from '../http/send.ts'
import type { Handler } from './router.ts'

/**
 * The build's files by their path, in memory. Those whose name holds the hash of their bytes never change; any other
 * is asked for again each time.
 */
export function loadStaticFiles(folder: string, securityHeaders: SecurityHeaders): Map<string, Representation> {
  const files = new Map<string, Representation>()
  if (!existsSync(folder)) return files
  const hashed = new Set(Object.values(readManifest(folder)))
  for (const name of readdirSync(folder)) {
    if (name === 'manifest.json') continue
    const representation = new Representation({
      contentType: contentTypeOf(name),
      body: readFileSync(join(folder, name)),
      cacheControl: hashed.has(name) ? 'public, max-age=31536000, immutable' : 'public, no-cache',
      headers: securityHeaders.page,
      effort: 'best',
    })
    files.set(`/static/${name}`, representation)
  }
  return files
}

/** Compresses them one after the other, so that the first reader need not wait for it. */
export async function compressStaticFiles(files: ReadonlyMap<string, Representation>): Promise<void> {
  for (const file of files.values()) await file.makeForm('br')
}

export function serveStaticFiles(files: ReadonlyMap<string, Representation>, headers: RawHeaders): Handler {
  return function serveStaticFile({ request, response, path }) {
    const file = files.get(path)
    if (file) return sendRepresentation(request, response, file)
    sendMessage(request, response, { status: 404, text: statusLine(404, 'there is no such file'), headers })
  }
}

function readManifest(folder: string): Record<string, string> {
  const file = join(folder, 'manifest.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}
