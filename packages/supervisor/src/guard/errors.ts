/** Every way the guard can refuse or fail. `applied` says whether what was asked may have happened all the same. */
export const guardErrors = {
  bad_consul_url: { applied: 'no', fix: 'Write http(s)://[:TOKEN@]HOST[:PORT][/PREFIX], as FLY_CONSUL_URL does.' },
  consul_unreachable: { applied: 'unknown', fix: 'Wait until Consul answers again; nothing needs to be repaired.' },
  consul_refused: { applied: 'no', fix: 'Check the token and the rights it gives on the key prefix.' },
  litefs_unreachable: { applied: 'unknown', fix: 'Read the log of LiteFS; the supervisor starts it again.' },
  litefs_refused: { applied: 'no', fix: 'Read the log of LiteFS on the node that was asked.' },
  peer_unreachable: { applied: 'unknown', fix: 'Check that the other node runs and that its port can be reached.' },
  not_leading: { applied: 'no', fix: 'Ask the node that holds the lease.' },
  reign_ended: { applied: 'unknown', fix: 'Try again with the same key: another node leads by now, or will.' },
  no_target: { applied: 'no', fix: 'Wait until another candidate is in the in-sync set.' },
  handover_abandoned: { applied: 'no', fix: 'Try again; this node still leads.' },
  handover_running: { applied: 'no', fix: 'Wait for the handover that is under way.' },
  already_initialized: { applied: 'no', fix: 'Nothing to do, or see "accept loss" if its members are gone for good.' },
  lease_held: { applied: 'no', fix: 'Nothing to accept: a node leads, and its heartbeat is alive.' },
  bad_confirmation: { applied: 'no', fix: 'Ask first without a confirmation, read what may be lost, then repeat it.' },
  cannot_step_aside: { applied: 'no', fix: 'Ask a node that does not lead, while the in-sync set has one to spare.' },
  unknown_node: { applied: 'no', fix: 'Name a node that the cluster knows.' },
  unknown_call: { applied: 'no', fix: 'Use a release of the caller that matches the guard.' },
  failed: { applied: 'unknown', fix: 'Read the log of the guard that was asked.' },
  guard_gone: { applied: 'unknown', fix: 'The guard of this node ended; its supervisor starts it again.' },
  closed: { applied: 'no', fix: 'Do not use it after close().' },
} as const

export type GuardErrorCode = keyof typeof guardErrors

export class GuardError extends Error {
  override readonly name = 'GuardError'
  readonly code: GuardErrorCode

  constructor(code: GuardErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  get applied(): 'no' | 'unknown' {
    return guardErrors[this.code].applied
  }

  get fix(): string {
    return guardErrors[this.code].fix
  }
}

/** What crosses a link or the control socket in place of an error. */
export interface ErrorOnWire {
  code: string
  message: string
}

export function encodeError(error: unknown): ErrorOnWire {
  const code = (error as { code?: string }).code
  return { code: code !== undefined && code in guardErrors ? code : 'failed', message: (error as Error).message }
}

export function decodeError({ code, message }: ErrorOnWire): GuardError {
  return new GuardError(code in guardErrors ? (code as GuardErrorCode) : 'failed', message)
}
