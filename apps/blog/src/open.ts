import { openRepo, type Repo } from '@atoll/repo'
import type { BlogTables } from './schema/tables.ts'

/** Opens the database of a site; makes it when the file is missing. Its folder must exist. */
export function openBlog({ file }: { file: string }): Promise<Repo<BlogTables>> {
  return openRepo<BlogTables>({ file, schema: new URL('./schema/index.ts', import.meta.url) })
}
