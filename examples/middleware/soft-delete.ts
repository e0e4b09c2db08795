import type { Middleware } from '@atoll/repo'

/** Runs another operation in the place of one that deletes: `next` takes the call to go on with. */
export function softDelete(replacements: Record<string, string>): Middleware {
  return async function softDelete(call, next) {
    const replacement = call.kind === 'operation' ? replacements[call.name] : undefined
    return replacement ? next({ ...call, name: replacement } as typeof call) : next()
  }
}
