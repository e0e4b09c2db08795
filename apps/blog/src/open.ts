import { type OpenRepoOptions, openRepo, type Repo } from '@atoll/repo'
import type { BlogTables } from './schema/tables.ts'

/** Opens the database of a site; makes it when the file is missing. Its folder must exist. */
export function openBlog(options: Omit<OpenRepoOptions, 'schema'>): Promise<Repo<BlogTables>> {
  return openRepo<BlogTables>({ ...options, schema: new URL('./schema/index.ts', import.meta.url) })
}
