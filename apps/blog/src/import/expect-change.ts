import type { Repo } from '@atoll/repo'
import type { BlogTables } from '../schema/tables.ts'
import { statement } from '../statement.ts'
import { prepareThread } from './pool.ts'
import { versions } from './versions.ts'

/** Gets ready for the import of a file that seems to have changed, before it is known whether it has. */
export function expectChange(repo: Repo<BlogTables>, folder: string, path: string): void {
  prepareThread(folder, path, async () => {
    const { shown } = await repo.reader().snapshot({ shown: selectShown({ path, versions }) })
    return shown[0]?.html
  })
}

/** What another release made may look different by now. */
const selectShown = statement<{ html: string }, { path: string; versions: string }>(
  `select html from documents where id in (
    select document_id from posts where source = :path union select document_id from pages where source = :path
  ) and :versions = (select renderer from content_state)`,
)
