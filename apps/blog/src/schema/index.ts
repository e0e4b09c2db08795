import type { RepoSchema } from '@atoll/repo'
import { restoreContent } from '../reactions/restore-reactions.ts'
import { toggleReaction } from '../reactions/toggle-reaction.ts'
import { searchFunctions } from '../search/functions.ts'
import { tagSlug } from '../tag-slug.ts'
import { collectGarbage, recordSources } from './after-publishing.ts'
import { migrations } from './migrations.ts'
import { collectOriginals, keepOriginals } from './originals.ts'
import { publishContent } from './publish-content.ts'
import { mergeSearchIndex } from './search-index.ts'
import { stageBlobs, stageDocuments } from './stage-content.ts'
import { removeVerification, writeVerification } from './verification.ts'

const operations = [
  stageDocuments,
  stageBlobs,
  publishContent,
  recordSources,
  collectGarbage,
  keepOriginals,
  collectOriginals,
  mergeSearchIndex,
  toggleReaction,
  restoreContent,
  writeVerification,
  removeVerification,
]

export const schema: RepoSchema = {
  migrations,
  operations: operations as unknown as RepoSchema['operations'],
  functions: { ...searchFunctions, tag_slug: tagSlug },
}
