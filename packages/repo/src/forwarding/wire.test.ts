import { describe, expect, it } from 'vitest'
import { encodeError, type RepoErrorCode, repoErrors } from '../errors.ts'
import { outcomeOf } from './wire.ts'

const sqlite = (code: string) => Object.assign(new Error('disk I/O error'), { code })

describe('a failure of a write that was not stored', () => {
  it.each(['SQLITE_IOERR_WRITE', 'SQLITE_IOERR', 'SQLITE_READONLY_DIRECTORY', 'SQLITE_PROTOCOL', 'ENOTCONN'])(
    'is asked again elsewhere when it is LiteFS saying %s: another node is the primary, or it is gone',
    (code) => {
      expect(outcomeOf(encodeError(sqlite(code), 'notes.add'))).toMatchObject({ kind: 'refused' })
    },
  )

  it('is told at once when asking again would not help', () => {
    expect(outcomeOf(encodeError(sqlite('SQLITE_FULL'), 'notes.add'))).toMatchObject({
      kind: 'failed',
      error: { code: 'disk_full' },
    })
  })

  it('is unknown wherever its code says so', () => {
    for (const code of Object.keys(repoErrors) as RepoErrorCode[]) {
      const isUnknown = outcomeOf({ code, message: '' }).kind === 'unknown'
      expect({ code, isUnknown }).toEqual({ code, isUnknown: repoErrors[code].applied === 'unknown' })
    }
  })
})
