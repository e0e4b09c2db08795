/** Every way to get no answer from a replication engine. None of them writes anything. */
export const replicationErrors = {
  unreachable: { fix: 'Start LiteFS, or correct its address.' },
  refused: { fix: 'Read the reason in the message; LiteFS gave it.' },
  not_eligible: { fix: 'Promote a node whose LiteFS is configured with `candidate: true`.' },
  no_primary: { fix: 'Wait until a primary is elected: only it can hand over.' },
  no_database: { fix: 'Start the application once: its first migration makes the database.' },
  closed: { fix: 'Do not use a replication after close().' },
} as const

export type ReplicationErrorCode = keyof typeof replicationErrors

export class ReplicationError extends Error {
  override readonly name = 'ReplicationError'
  readonly code: ReplicationErrorCode

  constructor(code: ReplicationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  get fix(): string {
    return replicationErrors[this.code].fix
  }
}
