import { expect, it } from 'vitest'
import { errorCode } from './error-code.ts'

it('has two, four and eight upper-case hexadecimal digits', () => {
  for (const reason of ['', '/lost', '日本'])
    expect(errorCode(reason)).toMatch(/^[0-9A-F]{2} : [0-9A-F]{4} : [0-9A-F]{8}$/)
})

it('is the same for the same reason, and another for another', () => {
  expect(errorCode('/lost')).toBe(errorCode('/lost'))
  expect(errorCode('/lost')).not.toBe(errorCode('/found'))
})
