import type { Middleware } from '@atoll/repo'

const insert = 'insert into audit (who, what) values (?, ?)'

/** Writes down who changed what, in the same transaction: a list of statements is done as a whole or not at all. */
export function auditWrites(currentUser: () => string): Middleware {
  return async function auditWrites(call, next) {
    if (call.kind !== 'statements') return next()
    const audited = call.statements.map(({ sql }) => ({ sql: insert, parameters: [currentUser(), sql] }))
    const result = await next({ ...call, statements: [...call.statements, ...audited] })
    return { ...result, value: (result.value as unknown[]).slice(0, call.statements.length) }
  }
}
