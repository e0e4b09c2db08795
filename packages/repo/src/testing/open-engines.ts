import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import type { Engine, EngineOptions } from '../engine/engine.ts'
import { openReader } from '../engine/reader-engine.ts'
import { openWriter } from '../engine/writer-engine.ts'
import { hashOf } from '../hash.ts'
import type { EngineAnswer, EngineRequest, FromEngine } from '../host/messages.ts'
import { createKey } from '../key.ts'
import type { CommitNotice, Committed, ReadAnswer, WriteAnswer, WriteBody, WriteRequest } from '../protocol.ts'
import type { Token } from '../token.ts'
import { schema } from './notes-schema.ts'

export type Write = Partial<WriteRequest> & { body: WriteBody }

/** Both engines of a new database, on the test's own thread, without anything between them and the test. */
export interface TestEngines {
  file: string
  /** What the engines told that nobody had asked for. */
  notices: CommitNotice[]
  /** Another connection, for what the engines are not to know of. */
  sqlite: SQLite.Database
  beginReign(keep?: boolean): Promise<Committed>
  /** With a key of its own, unless one is given. All of a call travel in one message. */
  write(...requests: Write[]): Promise<WriteAnswer[]>
  tell(request: EngineRequest): Promise<EngineAnswer>
  read(sql: string, token?: Token): Promise<ReadAnswer>
  texts(): string[]
}

interface TestEngineOptions extends Pick<EngineOptions, 'readPosition'> {
  schema?: EngineOptions['schema']
}

export async function openTestEngines(options: TestEngineOptions = {}): Promise<TestEngines> {
  const folder = mkdtempSync(join(tmpdir(), 'engines-'))
  const file = join(folder, 'notes.db')
  const notices: CommitNotice[] = []
  const shared = { file, schema, ...options }
  const writer = connectEngine((post) => openWriter({ ...shared, post }), notices)
  const reader = connectEngine((post) => openReader({ ...shared, post, followsCommits: true }), notices)
  await writer({ kind: 'begin_reign', keep: true })
  const sqlite = new SQLite(file)
  onTestFinished(async () => {
    await Promise.all([writer({ kind: 'end_reign' }), reader({ kind: 'close' })])
    sqlite.close()
    rmSync(folder, { recursive: true })
  })

  return {
    file,
    notices,
    sqlite,
    async beginReign(keep = false) {
      const answer = await writer({ kind: 'begin_reign', keep })
      if (answer.kind !== 'reign') throw new Error(JSON.stringify(answer))
      return answer.committed
    },
    write: (...requests) =>
      Promise.all(
        requests.map((given) => {
          const request = { key: createKey(), hash: hashOf(given.body), ...given }
          return writer({ kind: 'write', request }) as Promise<WriteAnswer>
        }),
      ),
    tell: (request) => (request.kind === 'look' || request.kind === 'open' ? reader : writer)(request),
    read: (sql, token) =>
      reader({
        kind: 'read',
        request: { statements: [{ sql, parameters: [] }], ...(token && { token }) },
      }) as Promise<ReadAnswer>,
    texts: () => sqlite.prepare<[], string>('select text from notes order by id').pluck().all(),
  }
}

export function addNote(...texts: string[]): WriteBody {
  return { kind: 'operation', name: 'notes.add', version: 1, input: { texts } }
}

/** Asks an engine one thing at a time, and takes what it tells besides. */
export function connectEngine(open: (post: (message: FromEngine) => void) => Engine, notices: CommitNotice[] = []) {
  const pending = new Map<number, (answer: EngineAnswer) => void>()
  let id = 0
  const engine = open((message) => {
    if (message.kind === 'commit') notices.push(message.notice)
    if (message.kind !== 'answers') return
    if (message.notice) notices.push(message.notice)
    for (const answer of message.answers) pending.get(answer.id)?.(answer.body)
  })
  return (body: EngineRequest): Promise<EngineAnswer> =>
    new Promise((resolve) => {
      pending.set(++id, resolve)
      engine.take([{ id, body }])
    })
}
