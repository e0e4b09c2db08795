import { parentPort, workerData } from 'node:worker_threads'
import { encodeError } from './errors.ts'
import { openReader } from './reader-engine.ts'
import type { RepoSchema } from './schema.ts'
import type { FromThread, Numbered, Request, ThreadData } from './thread-messages.ts'
import { openWriter } from './writer-engine.ts'

/** The entry of both threads that hold SQLite: one reads, one writes. */
const { role, file, schemaUrl } = workerData as ThreadData
const port = parentPort!
const post = (message: FromThread, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)

try {
  const { schema } = (await import(schemaUrl)) as { schema: RepoSchema }
  // The writer makes the file and its tables, so the reader is told when to open; both load meanwhile.
  await new Promise((resolve) => port.once('message', resolve))
  const open = role === 'reader' ? openReader : openWriter
  const engine = await open({ file, schema, post, end: () => port.close() })
  port.on('message', (requests: Numbered<Request>[]) => engine.take(requests))
} catch (error) {
  post({ kind: 'failed', error: encodeError(error, `cannot open ${file}`) })
  port.close()
}
