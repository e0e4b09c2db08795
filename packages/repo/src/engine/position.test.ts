import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readPositionOf } from './position.ts'

it("reads a database's position, and says that it is unavailable when there is none", (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'atoll-position-'))
  t.onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'x.db')
  // A write that meets it is sent again, to whoever is primary by then.
  expect(() => readPositionOf(file)).toThrow(expect.objectContaining({ code: 'database_unavailable', applied: 'no' }))
  writeFileSync(`${file}-pos`, '000000000000002a/8000000000000001\n')
  expect(readPositionOf(file)).toEqual({ txid: 42n, checksum: '8000000000000001' })
})
