import { execute, keepPrepared, openConnection } from './connection.ts'
import type { Engine, EngineOptions } from './engine.ts'
import { encodeError, RepoError } from './errors.ts'
import { localKysely } from './local-dialect.ts'
import { migrate } from './migrate.ts'
import type { Operation } from './operation.ts'
import type { Statement } from './protocol.ts'
import type { Answer, Numbered, Request } from './thread-messages.ts'
import { watchTopics } from './topics.ts'

/** A group stops growing after this long, so that nobody behind it waits for more than one more operation. */
const groupMs = 50

/** After this many changed rows the planner looks again at how the tables are filled. */
const rowsUntilAnalysis = 2000
/** `PRAGMA optimize` for every table that needs it, with SQLite's own bound on the work. */
const analyseAllTables = 0x10002

/** Statements that would take the database away from the repo, or from replication. */
const refused =
  /^\s*(?:vacuum\b|attach\b|detach\b|begin\b|commit\b|rollback\b|savepoint\b|pragma\s+\w*\.?(?:journal_mode|locking_mode|auto_vacuum)\s*[=(])/i

/**
 * The one writer. All operations that wait go into one transaction, a savepoint each: a commit costs the same
 * however little it holds.
 */
export async function openWriter({ file, schema, post, end }: EngineOptions): Promise<Engine> {
  const connection = openConnection(file, schema, { readonly: false })
  const prepared = keepPrepared(connection)
  const db = localKysely(prepared)
  await migrate(db, schema)

  const operations = new Map(schema.operations.map((operation) => [keyOf(operation), operation]))
  const topics = watchTopics(connection)
  const bumpCommit = connection.prepare('update commits set number = number + 1')
  const totalChanges = connection.prepare<[], number>('select total_changes()').pluck()
  const waiting: Numbered<Request>[] = []
  let analysedAt = 0
  let isBusy = false
  post({ kind: 'ready', commit: topics.seen })

  return {
    take(requests) {
      waiting.push(...requests)
      if (!isBusy) void work()
    },
  }

  async function work() {
    isBusy = true
    while (waiting.length > 0) {
      if (waiting[0]!.body.kind === 'close') return close(waiting.shift()!.id)
      post({ kind: 'answers', answers: await commitGroup() })
      if (waiting.length === 0) keepPlansGood()
    }
    isBusy = false
  }

  /** Without statistics SQLite guesses, and a join over ten thousand rows can take a hundred times as long. */
  function keepPlansGood() {
    const changed = totalChanges.get()!
    if (changed - analysedAt < rowsUntilAnalysis) return
    analysedAt = changed
    connection.pragma(`optimize = ${analyseAllTables}`)
  }

  async function commitGroup(): Promise<Numbered<Answer>[]> {
    const answers: Numbered<Answer>[] = []
    const group: number[] = []
    const startedAt = performance.now()
    try {
      connection.exec('BEGIN IMMEDIATE')
      bumpCommit.run()
      const commit = topics.currentCommit()
      do {
        const { id, body } = waiting.shift()!
        group.push(id)
        answers.push({ id, body: await inSavepoint(body, commit) })
      } while (waiting.length > 0 && waiting[0]!.body.kind !== 'close' && performance.now() - startedAt < groupMs)

      const hasWritten = answers.some(({ body }) => body.kind !== 'error')
      connection.exec(hasWritten ? 'COMMIT' : 'ROLLBACK')
      const notice = hasWritten && topics.since()
      if (notice) post({ kind: 'commit', ...notice })
      return answers
    } catch (error) {
      if (connection.inTransaction) connection.exec('ROLLBACK')
      if (group.length === 0) group.push(waiting.shift()!.id)
      const encoded = encodeError(error, 'cannot commit')
      return group.map((id) => ({ id, body: { kind: 'error', error: encoded } }))
    }
  }

  async function inSavepoint(request: Request, commit: number): Promise<Answer> {
    connection.exec('SAVEPOINT operation')
    try {
      const answer = await perform(request, commit)
      connection.exec('RELEASE operation')
      return answer
    } catch (error) {
      // A full disk ends the whole transaction, and with it what the group did before.
      if (!connection.inTransaction) throw error
      connection.exec('ROLLBACK TO operation; RELEASE operation')
      return { kind: 'error', error: encodeError(error, nameOf(request)) }
    }
  }

  async function perform(request: Request, commit: number): Promise<Answer> {
    if (request.kind === 'write')
      return { kind: 'rows', results: [execute(prepared, checked(request.statement))], commit }
    if (request.kind !== 'run') throw new RepoError('failed', `the writer does not take ${request.kind}`)
    const operation = operations.get(keyOf(request))
    if (!operation) throw new RepoError('unknown_operation', `this release has no operation ${keyOf(request)}`)
    return { kind: 'value', value: await operation.run(db, parseInput(operation, request.input) as never), commit }
  }

  function close(id: number) {
    connection.pragma('optimize')
    connection.close()
    post({ kind: 'answers', answers: [{ id, body: { kind: 'closed' } }] })
    end()
  }
}

function parseInput(operation: Operation<never, unknown>, input: unknown): unknown {
  const parsed = operation.input.safeParse(input)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new RepoError('bad_input', `${operation.name}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`)
}

function checked(statement: Statement): Statement {
  if (!refused.test(statement.sql)) return statement
  throw new RepoError('refused_statement', `not allowed here: ${statement.sql.slice(0, 80)}`)
}

function nameOf(request: Request): string {
  if (request.kind === 'run') return `${request.name}`
  return request.kind === 'write' ? request.statement.sql.slice(0, 200) : request.kind
}

function keyOf({ name, version }: { name: string; version: number }): string {
  return `${name}@${version}`
}
