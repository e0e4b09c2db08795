import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder that `dist/` stands in, whichever file of it asks. */
export const checkout = findRoot(import.meta.dirname)

/** Scripts, styles and fonts as the build named them. */
export const staticFolder = join(checkout, 'dist', 'static')

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package-lock.json')) || existsSync(join(folder, 'dist'))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error('atoll is not whole: no dist/ beside it')
  return findRoot(parent)
}
