import type { Compilable, Kysely } from 'kysely'
import { portKysely, toQueryResult } from './dialect.ts'
import type { Coverage, NodeState, RepoNode, WaitForOptions } from './forwarding/node.ts'
import type { DatabaseHost } from './host/database-host.ts'
import type { Call, CallContext, CallResult, Durability, Middleware } from './middleware.ts'
import type { Operation } from './operation.ts'
import type { CommitNotice, Statement, StatementResult } from './protocol.ts'
import { openRequestReader, type Reader, toStatement } from './reader.ts'
import { composeMiddleware, type Rows, rowsOf } from './run-calls.ts'
import type { Token } from './token.ts'

export interface RunOptions {
  /** Of an earlier attempt, so that the write happens once: `createKey()`. By default every call is a write of its own. */
  key?: string
  /** @default 'replicated' where there is more than one candidate */
  durability?: Durability
  /** Ends the wait; the write may happen nevertheless. */
  signal?: AbortSignal
  /** A write that the writer does not take up in this time is refused. */
  deadlineMs?: number
}

export interface RunResult<Output> extends Pick<CallResult, 'token' | 'copies' | 'found'> {
  value: Output
}

/** What each query of a batch answers. */
export type BatchResults<Queries extends readonly Compilable<unknown>[]> = {
  [Index in keyof Queries]: Queries[Index] extends Compilable<infer Row> ? BatchResult<Row> : never
}

export interface BatchResult<Row> {
  rows: Row[]
  numAffectedRows?: bigint
  insertId?: bigint
}

export interface Repo<Database> {
  /** Reads and single-statement writes; SQLite says which is which. Transactions are operations. */
  readonly db: Kysely<Database>
  /** How far commits are announced: every cache that listens to `onCommit` has taken in this much. */
  readonly announced: Token | undefined
  /** Reads that remember how old they are. Make one for each request. With a token they never show less than it names. */
  reader(options?: { token?: Token; signal?: AbortSignal }): Reader<Database>
  /** Runs an operation in the writer's next transaction. */
  run<Input, Output>(
    operation: Operation<Input, Output>,
    input: Input,
    options?: RunOptions,
  ): Promise<RunResult<Output>>
  /** Runs statements that Kysely built, all of them or none. */
  batch<const Queries extends readonly Compilable<unknown>[]>(
    queries: Queries,
    options?: RunOptions,
  ): Promise<RunResult<BatchResults<Queries>>>
  /** Calls back after each commit, before `run` answers its caller. Returns how to stop. */
  onCommit(listener: (notice: CommitNotice) => void): () => void
  /**
   * Whether this node is at the token, every listener of `onCommit` included, so that what they keep may be shown to
   * the token's holder. Waits until it is, for a while.
   */
  waitFor(token: Token, options?: WaitForOptions): Promise<Coverage>
  /** This node's place among the others. */
  readonly state: NodeState
  /**
   * Gives the system back what much reading or writing needed and nothing needs any more, here and where SQLite runs.
   * Each of the threads stands still for some 50 ms.
   */
  releaseMemory(): Promise<void>
  /** Waits for what was asked before, then closes the database. Closing twice is fine. */
  close(): Promise<void>
}

/** SQLite is asked once for each text whether it writes; so many answers are kept. */
const rememberedStatements = 1000

interface RepoParts {
  database: DatabaseHost
  /** Where the chain ends. */
  node: RepoNode
  middleware: readonly Middleware[]
}

export function createRepo<Database>({ database, node, middleware }: RepoParts): Repo<Database> {
  const runCall = composeMiddleware(middleware, node.run)
  const writes = new Map<string, boolean>()

  return {
    db: portKysely<Database>(runStatement),
    get announced() {
      return database.announced
    },
    reader: (options = {}) => openRequestReader<Database>((statements) => read(statements, options)),
    async run<Input, Output>(operation: Operation<Input, Output>, input: Input, options: RunOptions = {}) {
      const { name, version } = operation
      const result = await runCall({ kind: 'operation', name, version, input }, contextOf(options))
      return toRunResult(result, result.value as Output)
    },
    async batch(queries, options = {}) {
      const result = await runCall({ kind: 'statements', statements: queries.map(toStatement) }, contextOf(options))
      return toRunResult(result, (result.value as StatementResult[]).map(toQueryResult) as never)
    },
    onCommit: database.onCommit,
    waitFor: node.waitFor,
    releaseMemory: database.releaseMemory,
    get state() {
      return node.state
    },
    async close() {
      await node.close()
      await database.close()
    },
  }

  async function read(statements: Statement[], context: CallContext): Promise<Rows> {
    // Most reads are these, and need no object made for a chain of none.
    if (middleware.length === 0 && !context.token) return rowsOf(await database.read({ statements }), statements)
    const { value, token } = await runCall({ kind: 'read', statements }, context)
    return { results: value as StatementResult[], token }
  }

  async function runStatement(statement: Statement): Promise<StatementResult> {
    const call: Call = { kind: (await isWrite(statement.sql)) ? 'statements' : 'read', statements: [statement] }
    const { value } = await runCall(call, {})
    return (value as StatementResult[])[0]!
  }

  async function isWrite(sql: string): Promise<boolean> {
    const known = writes.get(sql)
    if (known !== undefined) return known
    const answer = await database.isWrite(sql)
    if (writes.size >= rememberedStatements) writes.clear()
    writes.set(sql, answer)
    return answer
  }
}

function toRunResult<Output>({ token, copies, found }: CallResult, value: Output): RunResult<Output> {
  return { value, token, copies, found }
}

function contextOf({ deadlineMs, ...options }: RunOptions): CallContext {
  return { ...options, ...(deadlineMs !== undefined && { deadline: Date.now() + deadlineMs }) }
}
