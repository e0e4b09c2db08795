/** First segments of addresses that the site itself answers. A test of the routes holds this list to them. */
export const reservedSegments: ReadonlySet<string> = new Set([
  'api',
  'archive',
  'assets',
  'atom',
  'colours',
  'dev',
  'feed',
  'feeds',
  'gallery',
  'health',
  'live',
  'metrics',
  'posts',
  'preview',
  'projects',
  'ready',
  'rss',
  'search',
  'series',
  'social',
  'static',
  'status',
  'tags',
])

/** Whether an address, without its first slash, can never lead to a page or a permalink. */
export function isReserved(path: string): boolean {
  const segment = path.split('/', 1)[0]!
  return reservedSegments.has(segment) || /\.(?:xml|json|txt|ico|png|svg|webmanifest)$/.test(path)
}
