import type { NodeState } from '@atoll/repo'
import type { Condition } from '@atoll/web'

/** What `/ready` says of a node among others. Only what keeps it from answering readers makes it unavailable. */
export function conditionOf(state: NodeState, isLast: boolean): Condition {
  const { role, leadership, database, problem } = state
  const reasons: Record<string, string> = {}
  if (role.kind === 'unknown') reasons.primary = 'none is known; pages are served, writes wait'
  else if (leadership === 'draining') reasons.primary = 'a handover is under way; writes wait'
  else if (role.kind === 'primary' && leadership !== 'leading') {
    reasons.primary = `this node is, and cannot take writes yet${problem ? ` (${problem.code})` : ''}`
  }
  switch (database.kind) {
    case 'opening':
      return { unavailable: 'booting', reasons }
    case 'waiting_for_schema':
      return { unavailable: 'waiting for the schema', reasons }
    case 'unavailable':
      return { unreadable: `the database cannot be read (${database.error.code})`, isLast, reasons }
    case 'ready':
      return { isLast, reasons }
  }
}
