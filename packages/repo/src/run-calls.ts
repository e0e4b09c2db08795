import { decodeError, RepoError } from './errors.ts'
import { hashOf } from './hash.ts'
import type { DatabaseHost } from './host/database-host.ts'
import type { Call, CallContext, CallResult, Middleware, Next } from './middleware.ts'
import type { ReadAnswer, Statement, StatementResult, WriteBody } from './protocol.ts'
import type { Token } from './token.ts'
import { waitUntilCovered } from './wait-for-token.ts'

/** Runs a call through the chain, and then in this node's database. */
export type RunCall = (call: Call, context: CallContext) => Promise<CallResult>

export function composeMiddleware(chain: readonly Middleware[], last: RunCall): RunCall {
  return chain.reduceRight<RunCall>((following, middleware) => {
    return (call, context) => {
      let isCalled = false
      const next: Next = (changed = call) => {
        if (isCalled) throw calledTwice(middleware)
        isCalled = true
        return following(changed, context)
      }
      return middleware(call, next, context)
    }
  }, last)
}

function calledTwice({ name }: Middleware): RepoError {
  const where = name || 'a middleware'
  return new RepoError('middleware', `next() was called twice in ${where}: keep its result and return that instead`)
}

/** The end of the chain: the database of this node. */
export function runLocally(database: DatabaseHost): RunCall {
  return async (call, context) => {
    if (call.kind !== 'read') return write(call, context)
    const { results, token } = await readCovered(call.statements, context)
    return { value: results, token, copies: 0, found: false }
  }

  async function write(body: WriteBody, { key, deadline, signal }: CallContext): Promise<CallResult> {
    signal?.throwIfAborted()
    const startedAt = performance.now()
    const answer = await database.write({
      body,
      ...(key !== undefined && { key, hash: hashOf(body) }),
      ...(deadline !== undefined && { deadline }),
    })
    if (answer.kind === 'failed') throw decodeError(answer.error, answer.committed)
    const { value, committed, found, commitMs = 0 } = answer
    const queue = performance.now() - startedAt - commitMs
    return { value, copies: 1, found, ...committed, timing: { queue, network: 0, commit: commitMs, replicated: 0 } }
  }

  async function readCovered(statements: readonly Statement[], { token, signal }: CallContext) {
    if (!token) return rowsOf(await database.read({ statements }), statements)
    return waitUntilCovered(database, token, {
      signal,
      attempt: async () => {
        const answer = await database.read({ statements, token })
        return answer.kind === 'behind' ? undefined : rowsOf(answer, statements, token)
      },
    })
  }
}

export interface Rows {
  results: StatementResult[]
  token: Token
}

export function rowsOf(answer: ReadAnswer, statements: readonly Statement[], token?: Token): Rows {
  switch (answer.kind) {
    case 'rows':
      return answer
    case 'failed':
      throw decodeError(answer.error)
    case 'lost':
      throw new RepoError(
        'lost',
        `epoch ${token?.epoch.number} of the token was overtaken; this is ${answer.at.epoch.number}`,
      )
    default:
      throw new RepoError('read_only', `a reader cannot run: ${statements[0]?.sql}`)
  }
}
