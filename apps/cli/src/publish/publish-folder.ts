import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import {
  countParts,
  type ImportReport,
  type Lacking,
  type OriginalPart,
  type PublicationPlan,
  partBytes,
  readFolder,
} from '@atoll/blog'
import { encodeParts } from '@atoll/web'
import { CommandError } from '../errors.ts'
import { readBase, rememberBase } from './remembered-base.ts'
import { type SiteClient, SiteError } from './site-client.ts'

export type PublicationReport = ImportReport & { number: number }

export interface PublishOptions {
  folder: string
  site: SiteClient
  force: boolean
  /** A file of reactions that takes the place of those the site has, in the same step; outside of the folder. */
  reactions?: { file: string; hash: string; size: number }
  onProgress: (step: 'reading' | 'sending' | 'publishing', done: number, total: number) => void
}

/** So many requests under way at once: a distant site is not waited for after each of them. */
const requestsAtOnce = 4
/** The site asks again for what was lost, or was not yet on the node that answered. */
const mostRounds = 5

/** Sends what a site lacks of a folder, then has it published: all of it, or nothing. */
export async function publishFolder(options: PublishOptions): Promise<PublicationReport> {
  const { folder, site, force, reactions, onProgress } = options
  const manifest = await readFolder(folder, ({ done, total }) => onProgress('reading', done, total))
  const base = readBase(folder, site.origin)
  const request = {
    files: manifest.files.map(({ path, hash, size }) => [path, hash, size]),
    revision: manifest.revision,
    ...(base !== undefined && { base }),
    ...(force && { force }),
    ...(reactions && { reactions: { hash: reactions.hash, size: reactions.size } }),
  }
  const fileOf = new Map(manifest.files.map(({ path, hash }) => [hash, resolve(folder, path)]))
  if (reactions) fileOf.set(reactions.hash, reactions.file)
  for (let round = 1; ; round++) {
    const { lacks } = (await site.call('POST', '/api/publish/plan', request)) as PublicationPlan
    await send({ site, fileOf, lacks, onSent: (done, total) => onProgress('sending', done, total) })
    try {
      const report = await publish(site, request, (done, total) => onProgress('publishing', done, total))
      rememberBase(folder, site.origin, report.number)
      return report
    } catch (error) {
      if (!isWorthAnotherRound(error) || round === mostRounds) throw error
    }
  }
}

function isWorthAnotherRound(error: unknown): boolean {
  return error instanceof SiteError ? error.code === 'incomplete' : error instanceof CommandError
}

async function publish(site: SiteClient, request: object, onProgress: (done: number, total: number) => void) {
  for await (const line of site.lines('POST', '/api/publish', request)) {
    const { progress, report, error } = line as {
      progress?: { done: number; total: number }
      report?: PublicationReport
      error?: ConstructorParameters<typeof SiteError>[0]
    }
    if (progress) onProgress(progress.done, progress.total)
    if (error) throw new SiteError(error)
    if (report) return report
  }
  throw new CommandError(`${site.origin} ended its answer early`)
}

interface SendOptions {
  site: SiteClient
  /** Where the bytes of a hash are. */
  fileOf: ReadonlyMap<string, string>
  lacks: Lacking[]
  onSent: (done: number, total: number) => void
}

async function send({ site, fileOf, lacks, onSent }: SendOptions): Promise<void> {
  const bundles = toBundles(lacks)
  const total = bundles.flat().reduce((sum, { bytes }) => sum + bytes, 0)
  let done = 0
  const queue = bundles.values()
  const workOff = async () => {
    for (const bundle of queue) {
      const parts: OriginalPart[] = []
      for (const { hash, size, part, bytes } of bundle) {
        parts.push({ hash, size, part, bytes: await readPart(fileOf.get(hash)!, part, bytes) })
        done += bytes
      }
      await site.call('POST', '/api/publish/parts', encodeParts(parts))
      onSent(done, total)
    }
  }
  await Promise.all(Array.from({ length: requestsAtOnce }, workOff))
}

interface PartToSend {
  hash: string
  size: number
  part: number
  bytes: number
}

/** Small files travel together: each request costs a way to the site and back. */
function toBundles(lacks: Lacking[]): PartToSend[][] {
  const bundles: PartToSend[][] = []
  let filled = Number.POSITIVE_INFINITY
  for (const part of lacks.flatMap(missingParts)) {
    if (filled + part.bytes > partBytes || bundles.at(-1)!.length >= 500) {
      bundles.push([])
      filled = 0
    }
    bundles.at(-1)!.push(part)
    filled += part.bytes
  }
  return bundles
}

function missingParts({ hash, size, parts }: Lacking): PartToSend[] {
  const all = Array.from({ length: countParts(size) }, (_, part) => {
    return { hash, size, part, bytes: Math.min(partBytes, size - part * partBytes) }
  })
  return all.filter(({ part }) => !parts.includes(part))
}

async function readPart(file: string, part: number, bytes: number): Promise<Uint8Array> {
  const handle = await open(file)
  try {
    const buffer = new Uint8Array(bytes)
    const { bytesRead } = await handle.read(buffer, 0, bytes, part * partBytes)
    // Changed since it was listed; the site finds out by the hash.
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
