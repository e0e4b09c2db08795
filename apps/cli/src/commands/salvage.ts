import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { compareDatabases, listCopies, type SalvageCopy, type SalvagedRow } from '@atoll/supervisor/salvage'
import type { AtollCommand } from '../command.ts'
import { CommandError } from '../errors.ts'
import { placesOf } from '../node-places.ts'
import type { Settings } from '../settings.ts'

/** What the data layer keeps for itself; it differs between any two histories. */
const bookkeeping = ['changes', 'commits', 'epochs', 'kysely_migration', 'kysely_migration_lock', 'results']

export const salvage: AtollCommand = {
  usage: 'salvage [copy]',
  summary: 'show what this node had as a primary that was overtaken, and the cluster has not',
  settings: ['data'],
  options: [['--json', 'one JSON object a row, for programs']],
  async run({ settings, flags, args }) {
    const copies = await listCopies(placesOf(settings).salvageFolder)
    if (copies.length === 0) {
      console.log('this node was never overtaken: there is nothing to salvage')
      return 0
    }
    const copy = pick(copies, args[0])
    const folder = await mkdtemp(join(tmpdir(), 'atoll-salvage-'))
    try {
      const current = await exportDatabase(settings, join(folder, 'current.db'))
      const rows = compareDatabases({ copy: copy.file, current, except: bookkeeping })
      if (flags.json) printJson(rows)
      else printText(copies, copy, rows)
      return 0
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

function pick(copies: SalvageCopy[], name: string | undefined): SalvageCopy {
  const found = name === undefined ? copies.at(-1) : copies.find((copy) => copy.name === name)
  if (found) return found
  throw new CommandError(`salvage: there is no copy ${name}; there are ${copies.map((copy) => copy.name).join(', ')}`)
}

/** From LiteFS, into a file: a long read of the mounted database would hold up replication. */
async function exportDatabase({ litefsUrl }: Settings, file: string): Promise<string> {
  const response = await fetch(`${litefsUrl}/export?name=atoll.db`).catch(() => undefined)
  if (!response?.ok) throw new CommandError(`salvage: LiteFS does not answer at ${litefsUrl}; start the node first`)
  await pipeline(Readable.fromWeb(response.body as never), createWriteStream(file))
  return file
}

function printJson(rows: Iterable<SalvagedRow>): void {
  for (const row of rows) console.log(JSON.stringify(row, encodeValue))
}

function printText(copies: SalvageCopy[], copy: SalvageCopy, rows: Iterable<SalvagedRow>): void {
  const { node, position, primary, savedAt } = copy.note
  console.log(`${copy.name}: ${node} as it was at ${position}, saved ${savedAt}, when ${primary} had overtaken it`)
  if (copies.length > 1)
    console.log(
      `older ones: ${copies
        .slice(0, -1)
        .map(({ name }) => name)
        .join(', ')}`,
    )
  let table = ''
  let count = 0
  for (const found of rows) {
    if (found.table !== table) console.log(`\n${found.table}`)
    table = found.table
    count += 1
    console.log(`  ${found.now ? 'differs' : 'missing'}  ${JSON.stringify(found.row, shorten)}`)
    if (found.now) console.log(`      now  ${JSON.stringify(found.now, shorten)}`)
  }
  console.log(count === 0 ? '\nThe cluster has all of it.' : `\n${count} rows. Nothing was changed.`)
}

function encodeValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown }
  return type === 'Buffer' ? { base64: Buffer.from(data as number[]).toString('base64') } : value
}

/** A terminal is no place for a whole page or picture. */
function shorten(key: string, value: unknown): unknown {
  const encoded = encodeValue(key, value)
  if (typeof encoded === 'string' && encoded.length > 120) return `${encoded.slice(0, 120)}… (${encoded.length})`
  return encoded
}
