import type { EngineRequest, FromEngine, Numbered } from '../host/messages.ts'
import type { ReadingMark } from '../host/reading-mark.ts'
import type { RepoSchema } from '../schema.ts'
import type { ReadPosition } from './position.ts'

export interface EngineOptions {
  file: string
  schema: RepoSchema
  post: (message: FromEngine, transfer?: ArrayBuffer[]) => void
  /** On LiteFS: how far the database is. Throws when that cannot be read. */
  readPosition?: ReadPosition | undefined
  /** Says what is being read, to whoever may end this reader. */
  readingMark?: ReadingMark | undefined
}

/** The part of the repo that holds a SQLite connection. */
export interface Engine {
  take(requests: Numbered<EngineRequest>[]): void
}
