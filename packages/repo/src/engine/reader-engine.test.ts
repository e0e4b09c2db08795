import { expect, it } from 'vitest'
import type { EngineRequest } from '../host/messages.ts'
import { eventually } from '../testing/eventually.ts'
import { schema } from '../testing/notes-schema.ts'
import { openTestEngines } from '../testing/open-engines.ts'
import { openReader } from './reader-engine.ts'

const count = (to: number): EngineRequest => {
  const sql = `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${to}) select count(*) from n`
  return { kind: 'read', request: { statements: [{ sql, parameters: [] }] } }
}

it('tells half of what it is asked before it reads the other half', async () => {
  const { file } = await openTestEngines()
  const told: number[][] = []
  const reader = openReader({
    file,
    schema,
    followsCommits: false,
    post: (message) => void (message.kind === 'answers' && told.push(message.answers.map(({ id }) => id))),
  })
  reader.take([
    { id: 1, body: count(200_000) },
    { id: 2, body: count(200_000) },
    { id: 3, body: count(1) },
    { id: 4, body: { kind: 'close' } },
  ])
  await eventually('all is told', () => told.flat().length === 4 || undefined)
  expect(told).toEqual([
    [1, 2],
    [3, 4],
  ])
})
