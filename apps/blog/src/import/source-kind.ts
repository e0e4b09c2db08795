import type { SourcesTable } from '../schema/tables.ts'

export type SourceKind = SourcesTable['kind']

/** Icons that stand beside `site.yaml`: `favicon.ico`, `icon.svg`, `icon-192x192.png`, `apple-touch-icon.png`. */
export const iconPattern = /^(?:favicon|icon|apple-touch-icon)(?:[-_]?(\d+)(?:x\d+)?)?\.(?:ico|png|svg)$/

/** What a file of the content folder is, by its place; nothing for files that the site does not use. */
export function kindOf(path: string): SourceKind | undefined {
  if (path.startsWith('posts/')) return isMarkdown(path) ? 'post' : undefined
  if (path.startsWith('pages/')) return isMarkdown(path) ? 'page' : undefined
  if (path.startsWith('projects/')) return /\.ya?ml$/i.test(path) ? 'project' : undefined
  if (path.startsWith('assets/')) return 'asset'
  return isSiteFile(path) ? 'site' : undefined
}

/** Files at the root of the content folder whose bytes are served, as assets named with a leading slash. */
export function isServedSiteFile(path: string): boolean {
  return path === 'custom.css' || iconPattern.test(path)
}

function isSiteFile(path: string): boolean {
  return path === 'site.yaml' || isServedSiteFile(path)
}

function isMarkdown(path: string): boolean {
  return /\.(?:md|markdown)$/i.test(path)
}
