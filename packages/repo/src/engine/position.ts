import { readFileSync } from 'node:fs'
import { RepoError } from '../errors.ts'
import type { Position } from '../protocol.ts'

/** LiteFS's `<database>-pos`: 16 hexadecimal digits of transaction id, a slash, 16 of checksum, a line feed. */
export function readPositionOf(file: string): Position {
  try {
    return parsePosition(readFileSync(`${file}-pos`, 'latin1'))
  } catch (cause) {
    // Of a LiteFS that ended nothing is left in the mount: the write belongs to another node now, or to this one later.
    throw new RepoError('database_unavailable', `LiteFS does not tell its position: ${(cause as Error).message}`, {
      cause,
    })
  }
}

function parsePosition(text: string): Position {
  const [, txid, checksum] = /^([0-9a-f]{16})\/([0-9a-f]{16})\n?$/.exec(text) ?? []
  if (checksum === undefined) throw new Error(`not a position: ${JSON.stringify(text.slice(0, 40))}`)
  return { txid: BigInt(`0x${txid}`), checksum }
}
