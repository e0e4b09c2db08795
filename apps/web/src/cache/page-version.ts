import { hash } from 'node:crypto'

/**
 * Writes into a page which version of itself it is, so that a browser can say what it shows. Equal pages have equal
 * versions, on every node and after every restart.
 */
export function stampVersion(page: Buffer): { body: Buffer; hash: string } {
  const at = /^(\s*<!doctype html>)?<html/i.exec(page.toString('latin1', 0, 100))?.[0].length
  const body = at === undefined ? page : Buffer.concat([page.subarray(0, at), attribute, page.subarray(at)])
  // The page is hashed once, with room for its version where that goes.
  const digest = hash('sha256', body, 'base64url')
  if (at !== undefined) body.write(digest.slice(0, versionLength), at + attribute.indexOf(room), 'latin1')
  return { body, hash: digest.slice(0, 22) }
}

const versionLength = 16
const room = '0'.repeat(versionLength)
const attribute = Buffer.from(` data-version="${room}"`)

/** The version that was stamped, and the text of the title. */
export function readStamp(html: string): { version: string; title: string } {
  return {
    version: /^[^>]*><html data-version="([^"]*)"/i.exec(html)?.[1] ?? '',
    title: decodeText(/<title>([^<]*)<\/title>/i.exec(html)?.[1] ?? ''),
  }
}

/** What our own serialiser escapes. */
function decodeText(text: string): string {
  const characters: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' }
  return text.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => characters[entity]!)
}
