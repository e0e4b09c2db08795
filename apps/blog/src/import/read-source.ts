import { isUtf8 } from 'node:buffer'
import { hash } from 'node:crypto'
import type { Problem } from '../markdown/index.ts'
import { problemOf } from './problems.ts'

export function sha256(content: Uint8Array | string): string {
  return hash('sha256', content, 'hex')
}

/** A file's text, without a byte order mark, every line ending in `\n`; or the line that is not UTF-8. */
export function decodeText(bytes: Uint8Array): { text: string } | { problem: Problem } {
  if (!isUtf8(bytes)) {
    const hasUtf16Mark = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
    const message = hasUtf16Mark ? 'the file is UTF-16, not UTF-8' : 'not valid UTF-8'
    return { problem: problemOf('bad_encoding', firstBadLine(bytes), message) }
  }
  return { text: new TextDecoder().decode(bytes).replace(/\r\n?/g, '\n') }
}

export function unreadable(error: unknown): Problem {
  const { code, message } = error as NodeJS.ErrnoException
  return problemOf('unreadable_file', 1, `cannot be read: ${code ?? message}`)
}

function firstBadLine(bytes: Uint8Array): number {
  let line = 1
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start)
    if (!isUtf8(bytes.subarray(start, end === -1 ? bytes.length : end)) || end === -1) break
    start = end + 1
  }
  return line
}
