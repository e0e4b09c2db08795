import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { CompiledQuery } from 'kysely'
import {
  decodeValue,
  encodeValue,
  type Operation,
  type Repo,
  RepoError,
  type RunOptions,
  type Statement,
  type Token,
} from '../../packages/repo/src/index.ts'
import type { FaultyCalls } from './faults.ts'
import type { Tables } from './schema.ts'
import * as everything from './schema.ts'
import { controlPort } from './settings.ts'
import { createWorkloads, type Workloads } from './workloads.ts'

interface ControlOptions {
  repo: Repo<Tables>
  calls: FaultyCalls
  name: string
}

export interface Asked {
  run: { operation: string; version?: number; input: unknown; options?: RunOptions }
  /** One statement as Kysely would send it, through `repo.db`. */
  execute: Statement
  /** Statements that are run all or none. */
  batch: { statements: Statement[]; options?: RunOptions }
  read: Statement & { token?: Token }
  work: { [Name in keyof Workloads]: { name: Name; options: Parameters<Workloads[Name]>[0] } }[keyof Workloads]
  state: undefined
  loseAnswers: { method: string; count: number }
  dieInPlaceOfAnswer: { method: string }
}

/** How a failure looks to a test. */
export interface Failure {
  code: string
  applied: string
  message: string
  sqlite?: unknown
}

/** Lets tests use the node's repo from outside, with values as they are. */
export async function serveControl({ repo, calls, name }: ControlOptions) {
  const workloads = createWorkloads(repo, name)
  const operations = new Map<string, Operation<never, unknown>>(
    Object.values(everything).flatMap((value) =>
      typeof value === 'object' && 'run' in value ? [[value.name, value as unknown as Operation<never, unknown>]] : [],
    ),
  )

  const answers: { [Verb in keyof Asked]: (asked: Asked[Verb]) => unknown } = {
    run: ({ operation, version, input, options }) => {
      const known = operations.get(operation) ?? ({ name: operation, version: 1 } as Operation<never, unknown>)
      return repo.run({ ...known, version: version ?? known.version }, input as never, options)
    },
    execute: ({ sql, parameters }) => repo.db.executeQuery(CompiledQuery.raw(sql, [...parameters])),
    batch: ({ statements, options }) =>
      repo.batch(
        statements.map(({ sql, parameters }) => ({ compile: () => CompiledQuery.raw(sql, [...parameters]) })),
        options,
      ),
    async read({ sql, parameters, token }) {
      const reader = repo.reader({ ...(token && { token }) })
      const { rows } = await reader.db.executeQuery(CompiledQuery.raw(sql, [...parameters]))
      return { rows, token: reader.token }
    },
    work: ({ name, options }) => (workloads[name] as (options: never) => unknown)(options as never),
    state: () => ({ ...repo.state, lost: calls.lost }),
    loseAnswers: ({ method, count }) => calls.loseAnswers(method, count),
    dieInPlaceOfAnswer: ({ method }) => calls.dieInPlaceOfAnswer(method),
  }

  const server = createServer((request, response) => {
    void answer(request).then((body) => response.end(body))
  })
  await new Promise<void>((resolve) => server.listen(controlPort, '127.0.0.1', resolve))
  return {
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }

  async function answer(request: IncomingMessage): Promise<string> {
    const verb = request.url!.slice(1) as keyof Asked
    try {
      const asked = decodeValue(await text(request))
      return encodeValue({ value: plain(await (answers[verb] as (asked: unknown) => unknown)(asked)) })
    } catch (error) {
      return encodeValue({ failure: failureOf(error) })
    }
  }
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof RepoError))
    return { code: 'unexpected', applied: '', message: String((error as Error)?.stack) }
  const { code, applied, message, sqlite } = error
  return { code, applied, message, ...(sqlite && { sqlite }) }
}

/** What crosses is data: an error in a state is its message, bytes are plain bytes. */
function plain(value: unknown): unknown {
  if (value instanceof Error) return { code: (value as { code?: string }).code, message: value.message }
  if (value instanceof Uint8Array) return new Uint8Array(value)
  if (value instanceof Date || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(plain)
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]))
}
