/**
 * Every way the cluster can fail its caller. `applied` says whether a call may have been carried out: 'no' means it
 * never ran, 'unknown' means that only asking again can tell.
 */
export const clusterErrors = {
  bad_secret: { applied: 'no', fix: 'Use a secret of at least 32 characters, the same on every node.' },
  bad_address: { applied: 'no', fix: 'Write host:port, with an IPv6 address in brackets: [fdaa::2]:4100.' },
  not_listening: { applied: 'no', fix: 'Free the address, or listen on another one.' },
  unreachable: { applied: 'no', fix: 'Check that the other node runs and that its port can be reached.' },
  unauthenticated: { applied: 'no', fix: 'Give both nodes the same cluster secret.' },
  incompatible: { applied: 'no', fix: 'Upgrade the older node: the two releases share no protocol version.' },
  overloaded: { applied: 'no', fix: 'Send fewer calls at once, or try again later.' },
  too_large: { applied: 'no', fix: 'Send less in one call.' },
  unsupported_value: { applied: 'no', fix: 'Send plain data: no functions, symbols, class instances or cycles.' },
  unknown_method: { applied: 'no', fix: 'Ask a node whose release knows the method.' },
  expired: { applied: 'no', fix: 'Try again with more time: the deadline passed before the call was carried out.' },
  withdrawn: { applied: 'no', fix: 'Nothing to mend: the caller cancelled before the call was sent.' },
  cancelled: { applied: 'unknown', fix: 'Ask again with the same key to learn what happened.' },
  unanswered: { applied: 'unknown', fix: 'Ask again with the same key to learn what happened.' },
  malformed: {
    applied: 'unknown',
    fix: 'Look for something on the path that changes bytes, or a release that is broken.',
  },
  closed: { applied: 'no', fix: 'Do not use a node after close().' },
} as const

export type ClusterErrorCode = keyof typeof clusterErrors

export class ClusterError extends Error {
  override readonly name = 'ClusterError'
  readonly code: ClusterErrorCode

  constructor(code: ClusterErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  get applied(): 'no' | 'unknown' {
    return clusterErrors[this.code].applied
  }

  get fix(): string {
    return clusterErrors[this.code].fix
  }
}
