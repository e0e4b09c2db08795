import type { Kysely } from 'kysely'
import { RepoError } from '../errors.ts'
import type { Operation } from '../operation.ts'
import type { WriteBody } from '../protocol.ts'
import type { RepoSchema } from '../schema.ts'
import { localKysely } from './local-kysely.ts'
import type { Statements } from './statements.ts'

export interface Operations {
  has(operation: { name: string; version: number }): boolean
  /** Runs a write in the transaction that is open. Resolves to an operation's value, or a result for each statement. */
  perform(body: WriteBody): Promise<unknown>
}

/** What this release can run, on one connection. */
export function openOperations(schema: RepoSchema, statements: Statements): Operations {
  const operations = new Map(schema.operations.map((operation) => [nameOf(operation), operation]))
  return {
    has: (operation) => operations.has(nameOf(operation)),
    async perform(body) {
      if (body.kind === 'statements') return body.statements.map(statements.execute)
      return runOperation(operations.get(nameOf(body))!, body.input, statements)
    },
  }
}

async function runOperation(operation: Operation<never, unknown>, input: unknown, statements: Statements) {
  let isOver = false
  const tx: Kysely<never> = localKysely({
    execute(statement) {
      // Somebody else's transaction is open by then, or none.
      if (isOver) throw new RepoError('failed', `${operation.name} used its transaction after it had ended: await it`)
      return statements.execute(statement)
    },
  })
  try {
    return await operation.run(tx, parseInput(operation, input) as never)
  } finally {
    isOver = true
  }
}

function parseInput(operation: Operation<never, unknown>, input: unknown): unknown {
  const parsed = operation.input.safeParse(input)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new RepoError('bad_input', `${operation.name}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`)
}

function nameOf({ name, version }: { name: string; version: number }): string {
  return `${name}@${version}`
}
