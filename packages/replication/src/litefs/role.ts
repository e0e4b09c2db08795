import type { Role } from '../replication.ts'

/**
 * While a cluster has no primary, each replica names the dead one for about a millisecond once a second, as it dials
 * it. A name must last this long to be believed, in milliseconds.
 */
const believeAfterMs = 50

export interface Leader {
  isPrimary: boolean
  hostname: string | undefined
}

/** Turns what LiteFS says of its leader into a role, without the flaps. */
export function followLeader(ownHostname: string, onChange: (role: Role) => void) {
  let role: Role = { kind: 'unknown' }
  let believing: NodeJS.Timeout | undefined

  return {
    get role() {
      return role
    },
    say(leader: Leader) {
      clearTimeout(believing)
      const said = roleOf(leader, ownHostname)
      // Losing the right to write is believed at once, and so is getting it: LiteFS has the lease by then.
      if (said.kind !== 'replica' || isSame(said, role)) return become(said)
      if (role.kind === 'primary') become({ kind: 'unknown' })
      believing = setTimeout(() => become(said), believeAfterMs)
    },
    close: () => clearTimeout(believing),
  }

  function become(next: Role) {
    if (isSame(next, role)) return
    role = next
    onChange(role)
  }
}

/** In a handover the old primary names itself for a while; that is nobody to send a write to. */
function roleOf({ isPrimary, hostname }: Leader, ownHostname: string): Role {
  if (isPrimary) return { kind: 'primary' }
  if (!hostname || hostname === ownHostname) return { kind: 'unknown' }
  return { kind: 'replica', primary: hostname }
}

function isSame(a: Role, b: Role): boolean {
  if (a.kind === 'replica' && b.kind === 'replica') return a.primary === b.primary
  return a.kind === b.kind
}
