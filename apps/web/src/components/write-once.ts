import type { Site } from '@atoll/blog'
import { raw } from 'hono/html'
import type { JSX } from 'hono/jsx/jsx-runtime'

/**
 * For what many pages show alike: written once for each version of the settings, and for each of the few variants
 * there are.
 */
export function writeOnce(write: (site: Site, variant: string) => JSX.Element) {
  const written = new WeakMap<Site, Map<string, ReturnType<typeof raw>>>()
  return (site: Site, variant = '') => {
    let variants = written.get(site)
    if (!variants) {
      variants = new Map()
      written.set(site, variants)
    }
    let html = variants.get(variant)
    if (!html) {
      html = raw(String(write(site, variant)))
      variants.set(variant, html)
    }
    return html
  }
}
