import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BackupError } from './errors.ts'
import type { Store, StoredObject } from './store.ts'

/** A folder, for instance on another disk. A file gets its name when it is whole and on the disk. */
export function openFolderStore(folder: string): Store {
  return {
    async list(prefix) {
      const found: StoredObject[] = []
      const entries = await readdir(join(folder, prefix), { recursive: true, withFileTypes: true }).catch(nothing)
      for (const entry of entries ?? []) {
        if (!entry.isFile() || entry.name.startsWith('.')) continue
        const file = join(entry.parentPath, entry.name)
        const { size, mtimeMs } = await stat(file)
        found.push({ key: file.slice(folder.length + 1).replaceAll('\\', '/'), size, modifiedAt: mtimeMs })
      }
      return found
    },
    get: (key) => readFile(join(folder, key)).catch(nothing),
    put: (key, bytes) => write(join(folder, key), bytes).catch(failed),
    remove: (key) => rm(join(folder, key), { force: true }).catch(failed),
  }
}

async function write(file: string, bytes: Uint8Array) {
  await mkdir(dirname(file), { recursive: true })
  const partial = join(dirname(file), `.${randomUUID()}`)
  try {
    const handle = await open(partial, 'wx')
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(partial, file)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

function nothing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') failed(error)
  return undefined
}

function failed(error: NodeJS.ErrnoException): never {
  throw new BackupError('store_failed', `the folder of backups failed: ${error.message}`, { cause: error })
}
