import type { Problem } from '../markdown/index.ts'
import type { MadeFile, StagedPost } from './jobs.ts'
import type { DocumentRow } from './render-page.ts'

/** What the text of one file became. Without `file` it is bad, and the problems say why. */
export type Made =
  | { problems: Problem[]; file?: undefined }
  | {
      problems: Problem[]
      file: MadeFile
      documents: DocumentRow[]
      post?: StagedPost
      /** Its words are not to be suggested to readers. */
      isSecret?: boolean
    }
