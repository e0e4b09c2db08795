import type { PageContext } from '../components/layout.tsx'
import type { PageRequest } from '../page.ts'

export function contextOf({ site, origin, url }: PageRequest): PageContext {
  return { site, origin, path: url.pathname }
}
