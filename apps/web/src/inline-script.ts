import { createHash } from 'node:crypto'

const hashes = new Set<string>()

/**
 * Allows a script that stands in the page itself: its hash goes into the Content-Security-Policy of every page.
 * Call it when the module is loaded, not when a page is rendered, and only with text of our own.
 */
export function allowInlineScript(code: string): string {
  hashes.add(`'sha256-${createHash('sha256').update(code).digest('base64')}'`)
  return code
}

/** The sources to add to `script-src`. */
export function inlineScriptHashes(): string[] {
  return [...hashes]
}
