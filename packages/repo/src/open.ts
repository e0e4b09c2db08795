import { createAnnouncements, createRepo, type Repo } from './repo.ts'
import { startThread } from './thread-link.ts'

export interface OpenRepoOptions {
  /** The SQLite file; made when missing. Its folder must exist. */
  file: string
  /** A module that exports `schema: RepoSchema`. */
  schema: URL
}

/**
 * Opens a database, brings it to the schema, and keeps it on two threads of its own: SQLite never runs on the
 * caller's. Throws a RepoError that names what is wrong with the file.
 */
export async function openRepo<Database>({ file, schema }: OpenRepoOptions): Promise<Repo<Database>> {
  const announcements = createAnnouncements()
  const shared = { file, schemaUrl: schema.href }
  const writer = startThread({ role: 'writer', ...shared }, announcements.announce)
  const reader = startThread({ role: 'reader', ...shared }, announcements.announce)
  try {
    const writing = await writer.open()
    announcements.startAt(writing.commit)
    return createRepo<Database>({ reading: await reader.open(), writing, announcements })
  } catch (error) {
    await Promise.all([writer.abandon(), reader.abandon()])
    throw error
  }
}
