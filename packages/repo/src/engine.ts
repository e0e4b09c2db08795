import type { RepoSchema } from './schema.ts'
import type { FromThread, Numbered, Request } from './thread-messages.ts'

export interface EngineOptions {
  file: string
  schema: RepoSchema
  post: (message: FromThread, transfer?: ArrayBuffer[]) => void
  /** Called after the last answer: lets the thread end. */
  end: () => void
}

/** The part of the repo that holds a SQLite connection, on its own thread. */
export interface Engine {
  take(requests: Numbered<Request>[]): void
}
