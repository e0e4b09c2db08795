import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { SalvageNote } from '../guard/salvage-copy.ts'

/** A whole database that was copied before LiteFS replaced it. */
export interface SalvageCopy {
  /** What to call it by: its file's name without `.db`. */
  name: string
  file: string
  note: SalvageNote
}

/** The copies in a guard's salvage folder, the newest last. */
export async function listCopies(folder: string): Promise<SalvageCopy[]> {
  const files = await readdir(folder).catch(() => [])
  const names = files.filter((file) => file.endsWith('.db')).map((file) => basename(file, '.db'))
  return Promise.all(names.toSorted().map((name) => readCopy(folder, name)))
}

async function readCopy(folder: string, name: string): Promise<SalvageCopy> {
  const note = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as SalvageNote
  return { name, file: join(folder, `${name}.db`), note }
}
