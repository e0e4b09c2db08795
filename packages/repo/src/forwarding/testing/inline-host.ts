import type { Engine } from '../../engine/engine.ts'
import { openReader } from '../../engine/reader-engine.ts'
import { openWriter } from '../../engine/writer-engine.ts'
import { createDatabase, type EngineEvents, hear } from '../../host/database.ts'
import type { DatabaseHost } from '../../host/database-host.ts'
import { createLink, type Link } from '../../host/link.ts'
import type { EngineRequest, FromEngine, Numbered } from '../../host/messages.ts'
import type { Position } from '../../protocol.ts'
import type { RepoSchema } from '../../schema.ts'

interface InlineHostOptions {
  file: string
  schema: RepoSchema
  readPosition: () => Position
}

/** The engines of a repo on the caller's own thread: real SQLite, without the time that threads take to start. */
export function openInlineHost(options: InlineHostOptions): DatabaseHost {
  return createDatabase((events) => {
    const writer = linkTo((post) => openWriter({ ...options, post }), events)
    const reader = linkTo((post) => openReader({ ...options, post, followsCommits: true }), events)
    return { reader: () => reader, readers: () => [reader], writer: () => writer, end: async () => {} }
  })
}

function linkTo(open: (post: (message: FromEngine) => void) => Engine, events: EngineEvents): Link {
  const engine = open((message) => hear(message, link, events))
  const link = createLink({
    transport: {
      send(requests: Numbered<EngineRequest>[]) {
        const cloned = structuredClone(requests)
        setImmediate(() => engine.take(cloned))
      },
    },
    whenEnded: () => ({ kind: 'failed', error: { code: 'closed', message: 'it has ended' } }),
  })
  return link
}
