import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openPosition } from './position.ts'

it('reads where the database is each time, and opens the file again once it could not be read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'position-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'notes.db')
  const readPosition = openPosition(file)
  // A write that meets it is sent again, to whoever is primary by then.
  expect(readPosition).toThrow(expect.objectContaining({ code: 'database_unavailable', applied: 'no' }))

  writeFileSync(`${file}-pos`, '000000000000000a/c1eead4e5139409d\n')
  expect(readPosition()).toEqual({ txid: 10n, checksum: 'c1eead4e5139409d' })
  writeFileSync(`${file}-pos`, '000000000000000b/8000000000000001\n')
  expect(readPosition()).toEqual({ txid: 11n, checksum: '8000000000000001' })

  writeFileSync(`${file}-pos`, 'neither')
  expect(readPosition).toThrow('not a position: "neither"')
  rmSync(`${file}-pos`)
  writeFileSync(`${file}-pos`, '000000000000000c/8000000000000002\n')
  expect(readPosition()).toEqual({ txid: 12n, checksum: '8000000000000002' })
})

it('reads a file that took the place of the one it has open when it is asked to look anew', () => {
  const folder = mkdtempSync(join(tmpdir(), 'position-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'notes.db')
  const readPosition = openPosition(file)
  writeFileSync(`${file}-pos`, '000000000000000a/8000000000000001\n')
  readPosition()

  rmSync(`${file}-pos`)
  writeFileSync(`${file}-pos`, '000000000000000b/8000000000000002\n')
  expect(readPosition({ anew: true })).toEqual({ txid: 11n, checksum: '8000000000000002' })
})
