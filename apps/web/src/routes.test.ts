import { reservedSegments } from '@atoll/blog'
import { expect, it } from 'vitest'
import { routes } from './routes.ts'

it('keeps every address of its own from the pages and permalinks of the content', () => {
  const segments = routes.map(([, pattern]) => pattern.split('/')[1]!)
  const own = segments.filter((segment) => /^[a-z]+$/.test(segment))
  expect(own.filter((segment) => !reservedSegments.has(segment))).toEqual([])
})

it('asks the content last', () => {
  expect(routes.at(-1)![1]).toBe('/:path{.+}')
})
