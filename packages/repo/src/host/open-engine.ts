import type { Engine } from '../engine/engine.ts'
import { openPosition } from '../engine/position.ts'
import { openReader } from '../engine/reader-engine.ts'
import { openWriter } from '../engine/writer-engine.ts'
import type { RepoSchema } from '../schema.ts'
import type { EngineData, FromEngine } from './messages.ts'
import type { ReadingMark } from './reading-mark.ts'

export type EngineRole = 'reader' | 'spare_reader' | 'writer'

/** Loads the application's schema and puts an engine on it, in whatever thread this is. */
export async function openEngine(
  role: EngineRole,
  { file, schemaUrl, isReplicated }: EngineData,
  post: (message: FromEngine, transfer?: ArrayBuffer[]) => void,
  readingMark?: ReadingMark,
): Promise<Engine> {
  const { schema } = (await import(schemaUrl)) as { schema: RepoSchema }
  const readPosition = isReplicated ? openPosition(file) : undefined
  const options = { file, schema, post, readPosition }
  return role === 'writer'
    ? openWriter(options)
    : openReader({ ...options, readingMark, followsCommits: role === 'reader' })
}
