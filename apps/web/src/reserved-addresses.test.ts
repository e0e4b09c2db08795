import { isReserved } from '@atoll/blog'
import { expect, it } from 'vitest'
import { routes } from './routes.ts'

const firstSegments = routes.flatMap(([, pattern]) => {
  const segment = pattern.split('/')[1]!
  return segment === '' || segment.startsWith(':') ? [] : [segment]
})

it.each([...new Set([...firstSegments, 'assets', 'static', 'social', 'health', 'ready'])])(
  'keeps pages and permalinks off /%s, which the site answers itself',
  (segment) => {
    expect(isReserved(segment)).toBe(true)
  },
)
