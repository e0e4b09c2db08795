import { type Connection, execute, keepPrepared, openConnection, type PreparedStatements } from './connection.ts'
import type { Engine, EngineOptions } from './engine.ts'
import { encodeError, RepoError } from './errors.ts'
import type { Statement } from './protocol.ts'
import type { Answer, Numbered, Request } from './thread-messages.ts'
import { watchTopics } from './topics.ts'

/** How often the reader looks for commits of other processes, in milliseconds. */
const foreignCommitsEveryMs = 500

/**
 * Answers reads. All that wait together share one read transaction, and so one look at the commit number: through
 * FUSE a read inside a transaction is some twenty times cheaper than one of its own.
 */
export function openReader({ file, schema, post, end }: EngineOptions): Engine {
  const connection = openConnection(file, schema, { readonly: true })
  const prepared = keepPrepared(connection)
  const topics = watchTopics(connection)
  const looking = setInterval(reportForeignCommits, foreignCommitsEveryMs).unref()
  post({ kind: 'ready', commit: topics.seen })

  return { take }

  function take(requests: Numbered<Request>[]) {
    const answers: Numbered<Answer>[] = []
    connection.exec('BEGIN')
    try {
      const commit = topics.currentCommit()
      for (const { id, body } of requests) {
        if (body.kind === 'read') answers.push({ id, body: read(connection, prepared, body.statements, commit) })
      }
    } finally {
      connection.exec('COMMIT')
    }
    const closing = requests.find(({ body }) => body.kind === 'close')
    if (closing) {
      clearInterval(looking)
      connection.close()
      answers.push({ id: closing.id, body: { kind: 'closed' } })
    }
    post({ kind: 'answers', answers }, blobsOf(answers))
    if (closing) end()
  }

  function reportForeignCommits() {
    const notice = topics.since()
    if (notice) post({ kind: 'commit', ...notice })
  }
}

function read(connection: Connection, prepared: PreparedStatements, statements: Statement[], commit: number): Answer {
  let sql = ''
  try {
    const results = statements.map((statement) => {
      sql = statement.sql
      const { readonly, reader } = prepared.get(sql)
      if (!readonly || !reader) throw new RepoError('read_only', `a reader cannot run: ${sql}`)
      return execute(prepared, statement)
    })
    return { kind: 'rows', results, commit }
  } catch (error) {
    if (error instanceof RepoError && statements.length === 1) return { kind: 'writes' }
    // A failed statement can end the transaction of the readers beside it.
    if (!connection.inTransaction) connection.exec('BEGIN')
    return { kind: 'error', error: encodeError(error, sql) }
  }
}

/** Bytes worth handing over rather than copying: those that own their whole buffer. */
function blobsOf(answers: Numbered<Answer>[]): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>()
  for (const { body } of answers) {
    if (body.kind !== 'rows') continue
    for (const { rows } of body.results) {
      if (rows.length > 4) continue
      for (const row of rows) {
        for (const value of Object.values(row as object)) {
          if (value instanceof Uint8Array && value.byteLength > 16_384 && ownsBuffer(value)) {
            buffers.add(value.buffer as ArrayBuffer)
          }
        }
      }
    }
  }
  return [...buffers]
}

function ownsBuffer(value: Uint8Array): boolean {
  return value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength
}
