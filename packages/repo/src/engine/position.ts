import { closeSync, openSync, readSync } from 'node:fs'
import { RepoError } from '../errors.ts'
import type { Position } from '../protocol.ts'

/** 16 hexadecimal digits of transaction id, a slash, 16 of checksum, a line feed. */
const length = 34

/** `anew` opens the file again: what was open may be of a mount that is gone. */
export type ReadPosition = (options?: { anew: boolean }) => Position

/**
 * Reads LiteFS's `<database>-pos`. The file stays open: through FUSE, opening and closing one costs several times what
 * a read does. LiteFS drops what the kernel kept of it before a commit returns; one that was killed drops nothing, and the
 * kernel goes on telling its last position.
 */
export function openPosition(file: string): ReadPosition {
  const bytes = Buffer.alloc(length)
  let descriptor: number | undefined

  return function readPosition({ anew } = { anew: false }) {
    if (anew) forget()
    try {
      descriptor ??= openSync(`${file}-pos`, 'r')
      return parsePosition(bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, length, 0)))
    } catch (cause) {
      forget()
      // A LiteFS that ended leaves nothing in the mount: the write is for another node now, or for this one later.
      const message = `LiteFS does not tell its position: ${(cause as Error).message}`
      throw new RepoError('database_unavailable', message, { cause })
    }
  }

  function forget() {
    const closing = descriptor
    descriptor = undefined
    if (closing === undefined) return
    try {
      closeSync(closing)
    } catch {
      // Of a mount that is gone; it is closed all the same.
    }
  }
}

function parsePosition(text: string): Position {
  const [, txid, checksum] = /^([0-9a-f]{16})\/([0-9a-f]{16})\n?$/.exec(text) ?? []
  if (checksum === undefined) throw new Error(`not a position: ${JSON.stringify(text.slice(0, 40))}`)
  return { txid: BigInt(`0x${txid}`), checksum }
}
