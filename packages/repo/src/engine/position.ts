import { closeSync, openSync, readSync } from 'node:fs'
import { RepoError } from '../errors.ts'
import type { Position } from '../protocol.ts'

/** 16 hexadecimal digits of transaction id, a slash, 16 of checksum, a line feed. */
const length = 34

/**
 * Reads LiteFS's `<database>-pos`. The file stays open: through FUSE, opening and closing one costs several times what
 * a read does. LiteFS drops what the kernel kept of it before a commit returns.
 */
export function openPosition(file: string): () => Position {
  const bytes = Buffer.alloc(length)
  let descriptor: number | undefined

  return function readPosition() {
    try {
      descriptor ??= openSync(`${file}-pos`, 'r')
      return parsePosition(bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, length, 0)))
    } catch (cause) {
      if (descriptor !== undefined) closeSync(descriptor)
      descriptor = undefined
      // A LiteFS that ended leaves nothing in the mount: the write is for another node now, or for this one later.
      const message = `LiteFS does not tell its position: ${(cause as Error).message}`
      throw new RepoError('database_unavailable', message, { cause })
    }
  }
}

function parsePosition(text: string): Position {
  const [, txid, checksum] = /^([0-9a-f]{16})\/([0-9a-f]{16})\n?$/.exec(text) ?? []
  if (checksum === undefined) throw new Error(`not a position: ${JSON.stringify(text.slice(0, 40))}`)
  return { txid: BigInt(`0x${txid}`), checksum }
}
