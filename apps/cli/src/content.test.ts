import { fixOf } from '@atoll/blog'
import { expect, it } from 'vitest'
import { logOnce } from './content.ts'

const problem = (line: number, message: string) =>
  ({ path: 'posts/a.md', line, severity: 'error', code: 'bad_value', message }) as const

it('logs what to do about a problem', () => {
  const logged: unknown[] = []
  logOnce({ warn: (fields: object) => void logged.push(fields) })([problem(3, 'one')])
  expect(logged).toEqual([{ fix: fixOf('bad_value') }])
})

it('logs a problem when it is new, not at each import', () => {
  const logged: string[] = []
  const log = logOnce({ warn: (_fields: object, text?: string) => void logged.push(text!) })
  log([problem(3, 'one')])
  log([problem(4, 'one'), problem(9, 'two')])
  log([problem(9, 'two')])
  log([problem(3, 'one')])
  expect(logged.map((text) => text.slice(0, 27))).toEqual([
    'posts/a.md:3: error: one [b',
    'posts/a.md:9: error: two [b',
    'posts/a.md:3: error: one [b',
  ])
})
