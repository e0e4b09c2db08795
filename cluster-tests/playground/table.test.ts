import { expect, it } from 'vitest'
import { type Row, renderTable } from './table.ts'

const row = (of: Partial<Row>): Row => ({
  name: 'n1',
  region: 'lhr',
  url: 'http://127.0.0.1:4001',
  state: 'running',
  role: 'replica',
  txid: 7n,
  lagMs: 12,
  ...of,
})

it('counts how many transactions a node is behind the newest, and marks the chosen one', () => {
  const rows = [row({ role: 'primary', txid: 9n, lagMs: 0 }), row({ name: 'n2' }), row({ name: 'n3', txid: undefined })]
  const lines = renderTable(rows, 1).split('\n')
  expect(lines[1]).toMatch(/^ {2}n1 .*primary +9 +0 +0 ms/)
  expect(lines[2]).toMatch(/^▸ n2 .*replica +7 +2 +12 ms/)
  expect(lines[3]).toMatch(/^ {2}n3 .*replica +– +– /)
})
