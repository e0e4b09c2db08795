import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeSet, type InSyncSet, isNewer, parseSet } from './in-sync-set.ts'

/** What a guard keeps beside the data, so that it is lost or goes back in time together with it. */
export interface Disk {
  readonly id: string
  /** The newest set this guard saw. */
  readonly newestSet: InSyncSet | undefined
  /** Stores a set that is newer, or of another cluster that this node follows now; durable when it resolves. */
  storeSet(set: InSyncSet): Promise<void>
  /** Has this node led, and not been seen in step with a later primary since? */
  readonly hasLed: boolean
  setHasLed(hasLed: boolean): Promise<void>
}

export async function openDisk(folder: string): Promise<Disk> {
  await mkdir(folder, { recursive: true })
  const idFile = join(folder, 'disk-id')
  const setFile = join(folder, 'in-sync-set.json')
  const ledFile = join(folder, 'has-led')
  let id = (await readIfThere(idFile))?.trim()
  if (!id) {
    id = randomUUID()
    await writeDurably(idFile, id)
  }
  let newestSet = parseSet((await readIfThere(setFile)) ?? '')
  let hasLed = (await readIfThere(ledFile)) === 'yes'
  let writing: Promise<void> = Promise.resolve()

  return {
    id,
    get newestSet() {
      return newestSet
    },
    storeSet(set) {
      const store = async () => {
        if (newestSet?.lineage === set.lineage && !isNewer(set, newestSet)) return
        await writeDurably(setFile, encodeSet(set))
        newestSet = set
      }
      writing = writing.then(store, store)
      return writing
    },
    get hasLed() {
      return hasLed
    },
    async setHasLed(next) {
      if (next === hasLed) return
      await writeDurably(ledFile, next ? 'yes' : 'no')
      hasLed = next
    },
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function writeDurably(path: string, text: string) {
  const file = await open(`${path}.new`, 'w')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
  const folder = await open(join(path, '..'), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
