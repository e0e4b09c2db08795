import { hash } from 'node:crypto'

/**
 * Writes into a page which version of itself it is, so that a browser can say what it shows. Equal pages have equal
 * versions, on every node and after every restart.
 */
export function stampVersion(html: string): string {
  const version = hash('sha256', html, 'base64url').slice(0, 16)
  return html.replace(/^(\s*<!doctype html>)?<html/i, (start) => `${start} data-version="${version}"`)
}

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
