import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Position } from '../replication.ts'

/** The small files that LiteFS shows in its mount. Formats: LiteFS 0.5.14, `fuse/pos_node.go`, `fuse/primary_node.go`. */
export function mountFiles(mount: string, database: string) {
  const readPosition = oneAtATime(async () => parsePosition(await readIfThere(join(mount, `${database}-pos`))))
  const readPrimary = oneAtATime(async () => (await readIfThere(join(mount, '.primary')))?.trim() || undefined)
  return { readPosition, readPrimary }
}

function parsePosition(text: string | undefined): Position | undefined {
  const match = /^([0-9a-f]{16})\/([0-9a-f]{16})\n?$/.exec(text ?? '')
  if (!match) return undefined
  const txid = BigInt(`0x${match[1]}`)
  // A deleted database keeps its file, with an empty checksum.
  return txid === 0n || match[2] === '8000000000000000' ? undefined : { txid, checksum: match[2]! }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * When LiteFS hangs, so does every read of its mount, each on one of Node's four file threads: so at most one read is
 * under way, and those who come meanwhile share the next one. (Not the one under way: it may have looked before.)
 */
function oneAtATime<T>(read: () => Promise<T>): () => Promise<T> {
  let current: Promise<unknown> = Promise.resolve()
  let next: Promise<T> | undefined
  return () => {
    next ??= current.then(start, start)
    return next
  }

  function start(): Promise<T> {
    next = undefined
    const reading = read()
    current = reading
    return reading
  }
}
