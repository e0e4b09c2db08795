import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Reader, Repo, Token } from '@atoll/repo'
import { ContentError } from '../errors.ts'
import { countParts, keepOriginals, type OriginalPart } from '../schema/originals.ts'
import type { BlogTables } from '../schema/tables.ts'
import { statement } from '../statement.ts'

/** What the database has of a file's bytes. */
export interface KeptOriginal {
  hash: string
  size: number
  isWhole: boolean
  /** Numbers of the parts that are there. */
  parts: number[]
}

/** Asks for many hashes at once; those of which nothing is there are not in the answer. */
export async function findOriginals(reader: Reader<BlogTables>, hashes: string[]): Promise<Map<string, KeptOriginal>> {
  const { kept } = await reader.snapshot({ kept: selectKept({ hashes: JSON.stringify(hashes) }) })
  return new Map(
    kept.map(({ hash, size, is_whole, parts }) => [
      hash,
      { hash, size, isWhole: is_whole === 1, parts: JSON.parse(parts) as number[] },
    ]),
  )
}

/** Keeps uploaded parts. Throws `spoilt_upload` for a file whose bytes turn out not to be those it was sent as. */
export async function keepUploaded(repo: Repo<BlogTables>, parts: OriginalPart[]): Promise<{ token: Token }> {
  const { value, token } = await repo.run(keepOriginals, { parts, at: Math.floor(Date.now() / 1000) })
  if (value.spoilt.length > 0) {
    throw new ContentError('spoilt_upload', `what arrived is not the file ${value.spoilt.join(', ')}`)
  }
  return { token }
}

/** The bytes of a whole file; nothing when it is not here. */
export async function readOriginal(reader: Reader<BlogTables>, hash: string): Promise<Buffer | undefined> {
  if (!(await findOriginals(reader, [hash])).get(hash)?.isWhole) return undefined
  const digest = createHash('sha256')
  const parts = await Array.fromAsync(readParts(reader, hash, digest))
  if (digest.digest('hex') !== hash) throw new ContentError('lost_original', `the database has other bytes for ${hash}`)
  return Buffer.concat(parts)
}

/** Writes a file part by part, and gives it its name when its bytes proved to be the right ones. */
export async function writeOriginal(reader: Reader<BlogTables>, hash: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true })
  const partial = `${dirname(target)}/.${hash.slice(0, 16)}.part`
  const digest = createHash('sha256')
  await pipeline(Readable.from(readParts(reader, hash, digest)), createWriteStream(partial))
  if (digest.digest('hex') !== hash) throw new ContentError('lost_original', `the database has other bytes for ${hash}`)
  await rename(partial, target)
}

async function* readParts(reader: Reader<BlogTables>, hash: string, digest: ReturnType<typeof createHash>) {
  const original = await reader.db.selectFrom('originals').select('size').where('hash', '=', hash).executeTakeFirst()
  if (!original) throw new ContentError('lost_original', `the database does not have the file ${hash}`)
  for (let part = 0; part < countParts(original.size); part++) {
    const row = await reader.db
      .selectFrom('original_parts')
      .select('bytes')
      .where('hash', '=', hash)
      .where('part', '=', part)
      .executeTakeFirst()
    if (!row) throw new ContentError('lost_original', `the database lacks a part of the file ${hash}`)
    digest.update(row.bytes)
    yield row.bytes
  }
}

const selectKept = statement<{ hash: string; size: number; is_whole: 0 | 1; parts: string }, { hashes: string }>(
  `select hash, size, is_whole, iif(is_whole, '[]',
    (select json_group_array(part) from original_parts where original_parts.hash = originals.hash)) as parts
  from originals where hash in (select value from json_each(:hashes))`,
)
