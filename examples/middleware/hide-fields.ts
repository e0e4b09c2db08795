import type { Middleware, StatementResult } from '@atoll/repo'

/** Takes columns out of every row that is read. */
export function hideFields(...fields: string[]): Middleware {
  return async function hideFields(call, next) {
    const result = await next()
    if (call.kind !== 'read') return result
    const hide = (row: unknown) =>
      Object.fromEntries(Object.entries(row as object).filter(([name]) => !fields.includes(name)))
    const results = (result.value as StatementResult[]).map(({ rows, ...rest }) => ({ ...rest, rows: rows.map(hide) }))
    return { ...result, value: results }
  }
}
