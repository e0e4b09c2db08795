import { createHash, hash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import { BackupError } from './errors.ts'
import { chunkBytes, chunkKey, type Manifest } from './manifest.ts'
import type { Store } from './store.ts'

export type OnProgress = (progress: { done: number; total: number }) => void

/** Requests to a distant store under way at once. */
const atOnce = 4

/** The hashes of a file: of each piece, and of the whole. */
export async function hashChunks(file: string): Promise<Pick<Manifest, 'bytes' | 'sha256' | 'chunks'>> {
  const whole = createHash('sha256')
  const chunks: string[] = []
  let bytes = 0
  for await (const chunk of readChunks(file)) {
    whole.update(chunk)
    chunks.push(hash('sha256', chunk, 'hex'))
    bytes += chunk.length
  }
  return { bytes, sha256: whole.digest('hex'), chunks }
}

/** Stores the pieces of a file that are not known to be there. */
export async function storeChunks(
  file: string,
  store: Store,
  known: Set<string>,
  onProgress?: OnProgress,
): Promise<number> {
  let stored = 0
  let done = 0
  const total = Math.ceil((await sizeOf(file)) / chunkBytes)
  const running = new Set<Promise<void>>()
  for await (const chunk of readChunks(file)) {
    const name = hash('sha256', chunk, 'hex')
    if (known.has(name)) done++
    else {
      known.add(name)
      const bytes = Buffer.from(chunk)
      const task: Promise<void> = keep(name, bytes).finally(() => running.delete(task))
      running.add(task)
      // Waited for below: one that fails before must not count as unhandled.
      task.catch(() => {})
    }
    if (running.size >= atOnce) await Promise.race(running)
    onProgress?.({ done, total })
  }
  await Promise.all(running)
  onProgress?.({ done: total, total })
  return stored

  async function keep(name: string, bytes: Buffer) {
    await store.put(chunkKey(name), await compress(bytes))
    stored++
    done++
  }
}

/** Writes the file that a manifest describes. Every piece proves itself before it is written, and at the end the whole. */
export async function fetchChunks(
  store: Store,
  manifest: Manifest,
  file: string,
  onProgress?: OnProgress,
): Promise<void> {
  const handle = await open(file, 'wx')
  const whole = createHash('sha256')
  let written = 0
  try {
    for (let start = 0; start < manifest.chunks.length; start += atOnce) {
      const names = manifest.chunks.slice(start, start + atOnce)
      for (const chunk of await Promise.all(names.map((name) => fetchChunk(store, name)))) {
        await handle.write(chunk, 0, chunk.length, written)
        whole.update(chunk)
        written += chunk.length
      }
      onProgress?.({ done: start + names.length, total: manifest.chunks.length })
    }
    if (written !== manifest.bytes || whole.digest('hex') !== manifest.sha256) {
      throw new BackupError('damaged', `the pieces of ${manifest.at} do not make the file that was kept`)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function fetchChunk(store: Store, name: string): Promise<Buffer> {
  const packed = await store.get(chunkKey(name))
  if (!packed) throw new BackupError('damaged', `the piece ${name} is missing`)
  const chunk = await decompress(packed).catch((error) => {
    throw new BackupError('damaged', `the piece ${name} cannot be unpacked`, { cause: error })
  })
  if (hash('sha256', chunk, 'hex') !== name) throw new BackupError('damaged', `the piece ${name} has other bytes`)
  return chunk
}

async function* readChunks(file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file)
  try {
    for (let position = 0; ; position += chunkBytes) {
      const buffer = Buffer.alloc(chunkBytes)
      const { bytesRead } = await handle.read(buffer, 0, chunkBytes, position)
      if (bytesRead > 0) yield buffer.subarray(0, bytesRead)
      if (bytesRead < chunkBytes) return
    }
  } finally {
    await handle.close()
  }
}

async function sizeOf(file: string): Promise<number> {
  const handle = await open(file)
  try {
    return (await handle.stat()).size
  } finally {
    await handle.close()
  }
}

const compress = promisify(zstdCompress)
/** A piece that unpacks to more than it may is not one of ours, and must not fill the memory. */
const decompress = (packed: Uint8Array) => promisify(zstdDecompress)(packed, { maxOutputLength: chunkBytes })
