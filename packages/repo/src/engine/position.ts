import { closeSync, openSync, readSync } from 'node:fs'
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
    descriptor ??= openSync(`${file}-pos`, 'r')
    try {
      return parsePosition(bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, length, 0)))
    } catch (error) {
      closeSync(descriptor)
      descriptor = undefined
      throw error
    }
  }
}

function parsePosition(text: string): Position {
  const [, txid, checksum] = /^([0-9a-f]{16})\/([0-9a-f]{16})\n?$/.exec(text) ?? []
  if (checksum === undefined) throw new Error(`not a position: ${JSON.stringify(text.slice(0, 40))}`)
  return { txid: BigInt(`0x${txid}`), checksum }
}
